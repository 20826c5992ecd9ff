# ducksnest_embed(TARGET NAMESPACE ns ROOT folder FILES a/b.yaml … [TABLE name])
#
# Compiles text files into a target as `extern const std::string_view` constants in namespace `ns`,
# named after their path below ROOT: "init/homelab.toml" becomes `init_homelab_toml`. The header
# with the declarations is written by hand. Touching a file rebuilds the target. With TABLE there is
# also `extern const std::array<std::pair<std::string_view, std::string_view>, N> name`: path and
# text of each file, in the order given.
function(ducksnest_embed target)
  cmake_parse_arguments(E "" "NAMESPACE;ROOT;TABLE" "FILES" ${ARGN})
  string(CONCAT source
    "#include <array>\n#include <string_view>\n#include <utility>\n\n"
    "namespace ${E_NAMESPACE} {\n\n")
  list(LENGTH E_FILES count)
  set(table_type "const std::array<std::pair<std::string_view, std::string_view>, ${count}>")
  set(rows "")
  foreach(file IN LISTS E_FILES)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${E_ROOT}/${file})
    file(READ ${E_ROOT}/${file} text)
    string(LENGTH "${text}" length)
    string(REGEX REPLACE "[^A-Za-z0-9]" "_" name ${file})
    string(APPEND source "extern const std::string_view ${name};\n")
    # A string literal may hold 64 KiB; longer texts are joined from pieces by the compiler.
    string(APPEND source "const std::string_view ${name} =")
    set(begin 0)
    while(begin LESS length OR begin EQUAL 0)
      string(SUBSTRING "${text}" ${begin} 16000 piece)
      string(APPEND source "\n    R\"embedded(${piece})embedded\"")
      math(EXPR begin "${begin} + 16000")
    endwhile()
    string(APPEND source ";\n\n")
    string(APPEND rows "    {\"${file}\", ${name}},\n")
  endforeach()
  if(E_TABLE)
    string(APPEND source
      "extern ${table_type} ${E_TABLE};\n${table_type} ${E_TABLE} = {{\n${rows}}};\n\n")
  endif()
  string(APPEND source "} // namespace ${E_NAMESPACE}\n")
  string(MAKE_C_IDENTIFIER "${E_NAMESPACE}_${E_TABLE}" part)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${part}_embedded.cc)
  file(CONFIGURE OUTPUT ${output} CONTENT "@source@" @ONLY)
  target_sources(${target} PRIVATE ${output})
endfunction()
