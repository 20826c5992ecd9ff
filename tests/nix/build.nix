# What the build asks for, held against what nix/package.nix gives it: a sandbox has nothing else. The
# value is the list of differences; none is the wish.
{
  # Paths of the repository that CMake's files name, as "docs/man/ducksnest.1".
  paths,
}:
let
  stub = import ./lib.nix;

  # What CMake and pkg-config know a library by = its name in nixpkgs.
  packages = {
    CLI11 = [ "cli11" ];
    CURL = [ "curl" ];
    OpenSSL = [ "openssl" ];
    cpp-httplib = [ "httplib" ];
    PkgConfig = [ "pkg-config" ];
    Threads = [ ]; # part of the C library
    "toml++/toml.h" = [ "tomlplusplus" ];
    fmt = [ "fmt" ];
    liblzma = [ "xz" ];
    libsodium = [ "libsodium" ];
    libzstd = [ "zstd" ];
    nlohmann_json = [ "nlohmann_json" ];
    sqlite3 = [ "sqlite" ];
    "yaml-0.1" = [ "libyaml" ];
  };
  library =
    line:
    let
      found = builtins.filter (match: match != null) (
        map (pattern: builtins.match pattern line) [
          "find_package\\(([^ )]+).*"
          "pkg_check_modules\\(.* ([^ )]+)\\)"
          "find_path\\([^ ]+ ([^ ]+) .*"
        ]
      );
      name = builtins.head (builtins.head found);
    in
    if found == [ ] then
      [ ]
    else
      packages.${name} or (throw "cmake/dependencies.cmake asks for `${name}`, which tests/nix/build.nix does not know");
  # What only tests need is not part of the package.
  always = builtins.head (
    builtins.split "if\\(DUCKSNEST_TESTS\\)" (builtins.readFile ../../cmake/dependencies.cmake)
  );
  wanted = stub.concatMap library (stub.filter builtins.isString (builtins.split "\n" always));

  package =
    let
      function = import ../../nix/package.nix;
    in
    function (
      builtins.mapAttrs (name: _: name) (builtins.functionArgs function)
      // {
        lib = {
          cmakeBool = name: value: "-D${name}=${if value then "TRUE" else "FALSE"}";
          fileset.toSource = source: source;
          fileset.unions = files: files;
          licenses.mit = "mit";
          platforms.linux = [ "x86_64-linux" ];
        };
        stdenv.mkDerivation = derivation: derivation;
      }
    );
  given = package.buildInputs ++ stub.filter (name: name == "pkg-config") package.nativeBuildInputs;

  root = toString ../..;
  sources = map (path: stub.removePrefix "${root}/" (toString path)) package.src.fileset;
  isCovered = path: stub.any (source: path == source || stub.hasPrefix "${source}/" path) sources;

  sort = builtins.sort builtins.lessThan;
  expect =
    what: expected: found:
    stub.optional (expected != found) { inherit what expected found; };
in
expect "libraries" (sort wanted) (sort given)
++ expect "files outside of the source" [ ] (stub.filter (path: !isCovered path) paths)
++ expect "files that are not there" [ ] (
  stub.filter (source: !builtins.pathExists (../.. + "/${source}")) sources
)
