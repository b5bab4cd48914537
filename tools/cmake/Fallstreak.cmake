# How every target of the project is built. Folders add their targets with the three functions below.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(fmt REQUIRED)
find_package(simdjson REQUIRED)
find_package(pugixml REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(mimalloc REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(pcre2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(nghttp2 REQUIRED IMPORTED_TARGET libnghttp2)
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# Warnings are errors; the flags stay private so that no consumer inherits them.
# -Wno-missing-field-initializers: every partial request would warn.
add_library(fallstreak_flags INTERFACE)
target_compile_options(fallstreak_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wno-missing-field-initializers -Werror
  # Results must not depend on the compiler's freedom to fuse multiply and add.
  -ffp-contract=off)

# Where several sources are compiled as one, a local name may be the name of another source's own, and every source
# looks like a header to a warning.
if(CMAKE_UNITY_BUILD)
  target_compile_options(fallstreak_flags INTERFACE -Wshadow=local -Wno-subobject-linkage)
else()
  target_compile_options(fallstreak_flags INTERFACE -Wshadow)
endif()

# A build for tests reads many templates: collecting the compiler's garbage less often saves a tenth of its time.
if(CMAKE_BUILD_TYPE STREQUAL "Debug" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(fallstreak_flags INTERFACE --param=ggc-min-expand=200 --param=ggc-min-heapsize=500000)
endif()

# A build for tests links half a hundred programs: mold does it in a fifth of the time.
find_program(FALLSTREAK_MOLD mold)
if(FALLSTREAK_MOLD AND CMAKE_BUILD_TYPE STREQUAL "Debug" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options(-fuse-ld=mold)
endif()

# fallstreak_library(NAME SOURCES ... LINK ... PRIVATE_LINK ...) makes target fallstreak_NAME, alias fallstreak::NAME.
function(fallstreak_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  if(ARG_SOURCES)
    add_library(fallstreak_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(fallstreak_${name} PUBLIC ${ARG_LINK} PRIVATE ${ARG_PRIVATE_LINK}
                          $<BUILD_INTERFACE:fallstreak_flags>)
    set(scope PUBLIC)
  else()
    add_library(fallstreak_${name} INTERFACE)
    target_link_libraries(fallstreak_${name} INTERFACE ${ARG_LINK})
    set(scope INTERFACE)
  endif()
  target_include_directories(fallstreak_${name} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/emulator>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    $<INSTALL_INTERFACE:include> $<INSTALL_INTERFACE:include/fallstreak>)
  set_target_properties(fallstreak_${name} PROPERTIES EXPORT_NAME ${name})
  add_library(fallstreak::${name} ALIAS fallstreak_${name})
endfunction()

# fallstreak_test(NAME SOURCES ... LINK ... PRECOMPILE ...) makes a GoogleTest program and registers it as one ctest
# test. PRECOMPILE names headers that nearly all sources include and that take long to read; PRECOMPILED, instead, a
# target that has read them.
function(fallstreak_test name)
  cmake_parse_arguments(ARG "" "PRECOMPILED" "SOURCES;LINK;PRECOMPILE" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gmock_main fallstreak_flags)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/tests)
  if(ARG_PRECOMPILED)
    target_precompile_headers(${name} REUSE_FROM ${ARG_PRECOMPILED})
  else()
    target_precompile_headers(${name} PRIVATE ${ARG_PRECOMPILE})
  endif()
  target_compile_definitions(${name} PRIVATE FALLSTREAK_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                             FALLSTREAK_BINARY_DIR="${PROJECT_BINARY_DIR}")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
endfunction()
