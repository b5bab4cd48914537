# `cmake --install` and `find_package(fallstreak)`: every target, the headers as they stand in the tree, the generated API.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(exported base shape api validate wire protocols world faults dispatch scaling services dataplane dataplane_live client asio front emulator
    testing provisioner scenario_core scenarios)
list(TRANSFORM exported PREPEND fallstreak_)
install(TARGETS ${exported} EXPORT fallstreak ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS fallstreak RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(EXPORT fallstreak NAMESPACE fallstreak:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/fallstreak
        FILE fallstreakTargets.cmake)

set(headers ${CMAKE_INSTALL_INCLUDEDIR}/fallstreak)
install(FILES emulator/cloud.h emulator/reachability.h emulator/resolver.h DESTINATION ${headers})
foreach(folder base api client dispatch faults scaling world testing front protocols dataplane)
  install(DIRECTORY emulator/${folder} DESTINATION ${headers} FILES_MATCHING PATTERN "*.h" PATTERN "models" EXCLUDE
          PATTERN "patches" EXCLUDE)
endforeach()
foreach(folder provisioner scenarios)
  install(DIRECTORY ${folder} DESTINATION ${headers} FILES_MATCHING PATTERN "*.h" PATTERN "library" EXCLUDE)
endforeach()
foreach(folder api client)
  install(DIRECTORY ${PROJECT_BINARY_DIR}/generated/${folder} DESTINATION ${headers} FILES_MATCHING PATTERN "*.h")
endforeach()

configure_package_config_file(tools/cmake/fallstreakConfig.cmake.in ${PROJECT_BINARY_DIR}/fallstreakConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/fallstreak)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/fallstreakConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/fallstreakConfig.cmake ${PROJECT_BINARY_DIR}/fallstreakConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/fallstreak)
