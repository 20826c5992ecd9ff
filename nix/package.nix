{
  lib,
  stdenv,
  cli11,
  cmake,
  curl,
  fmt,
  httplib,
  libsodium,
  libyaml,
  ninja,
  nlohmann_json,
  openssl,
  pkg-config,
  sqlite,
  tomlplusplus,
  xz,
  zstd,
}:
stdenv.mkDerivation {
  pname = "ducksnest";
  version = "0.1.0";

  # Only what is compiled or installed: a change of other documentation builds nothing.
  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../CMakeLists.txt
      ../LICENSE
      ../cmake
      ../docs/completions
      ../docs/man
      ../manifests
      ../src
      ../templates
      ../terraform
    ];
  };

  nativeBuildInputs = [
    cmake
    ninja
    pkg-config
  ];
  buildInputs = [
    cli11
    curl
    fmt
    httplib
    libsodium
    libyaml
    nlohmann_json
    openssl
    sqlite
    tomlplusplus
    xz
    zstd
  ];

  # The tests run in the repository: `./x test`.
  cmakeFlags = [ (lib.cmakeBool "DUCKSNEST_TESTS" false) ];

  meta = {
    description = "A hybrid-cloud homelab from one file";
    license = lib.licenses.mit;
    mainProgram = "ducksnest";
    platforms = lib.platforms.linux;
  };
}
