{
  mkShell,
  age,
  ccache,
  clang-tools,
  doctest,
  ducksnest,
  gbenchmark,
  nixfmt-rfc-style,
  openssh,
  rapidcheck,
  shellcheck,
}:
mkShell {
  inputsFrom = [ ducksnest ];
  packages = [
    age
    ccache
    clang-tools
    doctest
    gbenchmark
    nixfmt-rfc-style
    openssh
    rapidcheck
    shellcheck
  ];
}
