# Headers of MLIR are parsed once for all targets; see Precompiled.h.
option(BNN_PRECOMPILED_HEADERS "Parse MLIR's headers once for all files" ON)
if(BNN_PRECOMPILED_HEADERS)
  add_library(bnn-precompiled OBJECT ${CMAKE_CURRENT_LIST_DIR}/Precompiled.cpp)
  llvm_update_compile_flags(bnn-precompiled)
  set_target_properties(bnn-precompiled PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_precompile_headers(bnn-precompiled PRIVATE ${CMAKE_CURRENT_LIST_DIR}/Precompiled.h)
  # Without a time in the header, ccache knows it again.
  target_compile_options(bnn-precompiled PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
endif()

function(bnn_use_precompiled_headers name)
  if(BNN_PRECOMPILED_HEADERS)
    target_precompile_headers(${name} REUSE_FROM bnn-precompiled)
  endif()
endfunction()

# add_bnn_library(Name sources... [DEPENDS targets...] [LINK_LIBS bnn-libraries...] [LINK_COMPONENTS ...])
#
# A static library of this project. LINK_LIBS names libraries of this project only: everything of MLIR and
# LLVM comes from the two shared libraries, because a second, static copy of MLIR in one process has other
# TypeIDs and fails in ways that are hard to read.
function(add_bnn_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK_LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  llvm_update_compile_flags(${name})
  add_dependencies(${name} bnn-headers ${ARG_DEPENDS})
  target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS} MLIR LLVM)
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  bnn_use_precompiled_headers(${name})
endfunction()

# add_bnn_tool(name sources... [LINK_LIBS bnn-libraries...]): an executable in build/bin.
function(add_bnn_tool name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  llvm_update_compile_flags(${name})
  add_dependencies(${name} bnn-headers)
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} MLIR LLVM)
  bnn_use_precompiled_headers(${name})
  set_property(GLOBAL APPEND PROPERTY BNN_TOOLS ${name})
endfunction()

# add_bnn_unittest(name sources... [LINK_LIBS bnn-libraries...]): a GoogleTest program; ctest sees each case.
function(add_bnn_unittest name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  llvm_update_compile_flags(${name})
  add_dependencies(${name} bnn-headers)
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} MLIR LLVM GTest::gtest GTest::gtest_main)
  bnn_use_precompiled_headers(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  gtest_discover_tests(${name} TEST_PREFIX unit/ DISCOVERY_MODE PRE_TEST
    PROPERTIES ENVIRONMENT "${BNN_TEST_ENVIRONMENT}")
endfunction()

# bnn_tablegen(Target file.td -gen-x;out.inc ...): generated headers, all of them behind bnn-headers.
function(bnn_tablegen target td)
  set(LLVM_TARGET_DEFINITIONS ${td})
  foreach(pair ${ARGN})
    string(REPLACE ":" ";" pair ${pair})
    list(GET pair 0 out)
    list(GET pair 1 options)
    string(REPLACE " " ";" options ${options})
    mlir_tablegen(${out} ${options})
  endforeach()
  add_public_tablegen_target(${target})
  add_dependencies(bnn-headers ${target})
endfunction()
