# ducksnest_module(NAME base SOURCES a.cc … HEADERS a.h … DEPENDS ducksnest::x …
#                  TESTS a_test.cc … PROPS a_prop_test.cc … FUZZERS a_fuzz.cc …)
#
# Gives a folder of src/ one static library `ducksnest::<name>`, its unit tests (label unit), its
# property tests (label prop) and its fuzz targets. A folder can include only what it DEPENDS on: a
# wrong arrow is a link error.
function(ducksnest_module)
  set(lists SOURCES HEADERS DEPENDS PRIVATE_DEPENDS TESTS PROPS FUZZERS TEST_DEPENDS)
  cmake_parse_arguments(M "" "NAME" "${lists}" ${ARGN})
  set(target ducksnest_${M_NAME})
  set(headers FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${M_HEADERS})
  if(M_SOURCES)
    add_library(${target} STATIC ${M_SOURCES})
    target_sources(${target} PUBLIC ${headers})
    target_link_libraries(${target}
      PUBLIC ${M_DEPENDS} PRIVATE ducksnest::options ${M_PRIVATE_DEPENDS})
  else()
    add_library(${target} INTERFACE)
    target_sources(${target} INTERFACE ${headers})
    target_link_libraries(${target} INTERFACE ${M_DEPENDS})
  endif()
  add_library(ducksnest::${M_NAME} ALIAS ${target})

  if(DUCKSNEST_TESTS AND M_TESTS)
    ducksnest_test(NAME ${M_NAME}_test LABEL unit SOURCES ${M_TESTS}
      DEPENDS ducksnest::${M_NAME} ${M_TEST_DEPENDS})
  endif()
  if(DUCKSNEST_TESTS AND M_PROPS)
    ducksnest_test(NAME ${M_NAME}_prop_test LABEL prop SOURCES ${M_PROPS}
      DEPENDS ducksnest::${M_NAME} ducksnest_rapidcheck ${M_TEST_DEPENDS})
  endif()
  if(DUCKSNEST_FUZZERS)
    foreach(source IN LISTS M_FUZZERS)
      get_filename_component(fuzzer ${source} NAME_WE)
      add_executable(${M_NAME}_${fuzzer} ${source})
      target_link_libraries(${M_NAME}_${fuzzer}
        PRIVATE ducksnest::${M_NAME} ducksnest::options -fsanitize=fuzzer)
    endforeach()
  endif()
endfunction()

# ducksnest_test(NAME x_test LABEL unit SOURCES … DEPENDS …)
#
# One doctest program, one CTest test per test case. LABEL slow keeps it out of `./x test`.
function(ducksnest_test)
  cmake_parse_arguments(T "" "NAME;LABEL" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${T_NAME} ${T_SOURCES})
  target_link_libraries(${T_NAME}
    PRIVATE ${T_DEPENDS} ducksnest::options ducksnest::test_main doctest::doctest)
  target_compile_definitions(${T_NAME} PRIVATE DUCKSNEST_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  doctest_discover_tests(${T_NAME}
    TEST_PREFIX ${T_NAME}/ PROPERTIES LABELS ${T_LABEL} TIMEOUT 170)
endfunction()

# ducksnest_bench(NAME certs SOURCES certs_bench.cc DEPENDS …): the program `certs_bench`, which
# `./x bench certs` builds in release and runs.
function(ducksnest_bench)
  cmake_parse_arguments(B "" "NAME" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${B_NAME}_bench ${B_SOURCES})
  target_link_libraries(${B_NAME}_bench PRIVATE ${B_DEPENDS} ducksnest::options)
  target_compile_definitions(${B_NAME}_bench PRIVATE DUCKSNEST_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
endfunction()
