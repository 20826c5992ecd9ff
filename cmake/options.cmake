# Warnings and hardening, in one INTERFACE target that every module links.
add_library(ducksnest_options INTERFACE)
add_library(ducksnest::options ALIAS ducksnest_options)

target_compile_options(ducksnest_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wswitch-enum -Wimplicit-fallthrough
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>
  # libstdc++'s std::stable_sort uses a function that it declares deprecated.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>
  # GCC 12 at -O2 takes the unused alternatives of a std::variant for uninitialised memory; the asan
  # preset looks instead. And it sees overlapping copies in `"…" + std::string` that are not there
  # (GCC bug 105329).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-restrict>
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.
  -fstack-protector-strong)
target_compile_definitions(ducksnest_options INTERFACE
  $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2> _GLIBCXX_ASSERTIONS)
target_link_options(ducksnest_options INTERFACE -Wl,-z,relro,-z,now -Wl,--as-needed)
