{
  mkShell,
  age,
  ccache,
  clang-tools,
  doctest,
  ducksnest,
  gbenchmark,
  nixfmt,
  openssh,
  rapidcheck,
  shellcheck,
  zlib,
}:
mkShell {
  inputsFrom = [ ducksnest ];
  packages = [
    age
    ccache
    clang-tools
    doctest
    gbenchmark
    nixfmt
    openssh
    rapidcheck
    shellcheck
    zlib # only tests ask for it
  ];
}
