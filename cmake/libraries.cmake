# cmake/libraries.cmake - the libraries that the runtime stands on, as the targets `ou_libs` and `ou_libs_shared`.
#
# The command links them as archives where there are any: a start then opens no library but libc, and the linker's
# exported-symbol list keeps their names out of sight of extension modules that bring copies of their own.
# zlib and expat belong to built-in modules; an archive whose symbols nobody asks for adds nothing.

find_package(Threads REQUIRED)

add_library(ou_libs INTERFACE)
add_library(ou_libs_shared INTERFACE)

function(ou_library name header)
    set(headers OU_${name}_INCLUDE)
    find_path(${headers} ${header})
    find_library(OU_${name}_ARCHIVE NAMES lib${name}.a)
    find_library(OU_${name}_SHARED NAMES ${name})
    mark_as_advanced(${headers} OU_${name}_ARCHIVE OU_${name}_SHARED)
    if(NOT ${headers} OR NOT (OU_${name}_ARCHIVE OR OU_${name}_SHARED))
        message(FATAL_ERROR "no ${header} or lib${name}: run tools/install_dependencies.sh")
    endif()
    target_include_directories(ou_libs SYSTEM INTERFACE ${${headers}})
    target_include_directories(ou_libs_shared SYSTEM INTERFACE ${${headers}})
    if(OU_${name}_ARCHIVE)
        target_link_libraries(ou_libs INTERFACE ${OU_${name}_ARCHIVE})
    else()
        target_link_libraries(ou_libs INTERFACE ${OU_${name}_SHARED})
    endif()
    if(OU_${name}_SHARED)
        target_link_libraries(ou_libs_shared INTERFACE ${OU_${name}_SHARED})
    endif()
endfunction()

ou_library(utf8proc utf8proc.h)
ou_library(expat expat.h)
ou_library(z zlib.h)
ou_library(gmp gmp.h)

target_link_libraries(ou_libs INTERFACE Threads::Threads ${CMAKE_DL_LIBS} m)
target_link_libraries(ou_libs_shared INTERFACE Threads::Threads ${CMAKE_DL_LIBS} m)
