# cmake/options.cmake - the switches of the build and the flags they stand for.
#
# Every compiled file gets the flags of the interface target `ou_flags`; what depends on the kind of build is decided
# here alone, so that CMakeLists.txt reads as a list of what is built.

set(OU_KIND "quick" CACHE STRING "release, quick, debug, sanitize or coverage; the presets set it")
set_property(CACHE OU_KIND PROPERTY STRINGS release quick debug sanitize coverage)
set(OU_PGO "off" CACHE STRING "off, generate (write a profile) or use (read the one in OU_PROFILE)")
set(OU_PROFILE "" CACHE PATH "folder of the .gcda files that OU_PGO=use reads")
option(OU_SHARED "also build libouro.so" OFF)
option(OU_TESTS "declare the tests" ON)
option(OU_WERROR "warnings are errors" OFF)

add_library(ou_flags INTERFACE)
target_compile_options(ou_flags INTERFACE
    -std=gnu11
    -fvisibility=hidden
    -fwrapv -fno-strict-aliasing            # CPython's API casts between struct types and lets ints wrap
    -Wall -Wextra
    -Wno-unused-parameter -Wno-missing-field-initializers -Wno-cast-function-type)
if(OU_WERROR)
    target_compile_options(ou_flags INTERFACE -Werror)
endif()

set(OU_OPTIMIZED OFF)
set(OU_LTO OFF)
if(OU_KIND STREQUAL "release")
    set(OU_OPTIMIZED ON)
    target_compile_options(ou_flags INTERFACE -O2 -g1)
    if(OU_PGO STREQUAL "generate")
        # No link-time optimization here: the profile is taken before it, and training starts sooner.
        target_compile_options(ou_flags INTERFACE -fprofile-generate -fprofile-update=prefer-atomic)
        target_link_options(ou_flags INTERFACE -fprofile-generate)
    else()
        set(OU_LTO ON)
    endif()
    if(OU_PGO STREQUAL "use")
        # Partial training: code that no training program reaches is optimized as usual, not for size.
        target_compile_options(ou_flags INTERFACE
            -fprofile-use -fprofile-correction -fprofile-partial-training
            -Wno-missing-profile -Wno-coverage-mismatch)
        target_link_options(ou_flags INTERFACE -fprofile-use -fprofile-correction)
        if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
            # Where the profile tells of short fills gcc writes `rep stos`, whose start costs more than the C library's
            # whole memset: a third of the time that making a coroutine took.
            target_compile_options(ou_flags INTERFACE
                -mmemset-strategy=libcall:-1:noalign -mmemcpy-strategy=libcall:-1:noalign)
            target_link_options(ou_flags INTERFACE
                -mmemset-strategy=libcall:-1:noalign -mmemcpy-strategy=libcall:-1:noalign)
        endif()
    endif()
elseif(OU_KIND STREQUAL "quick")
    set(OU_OPTIMIZED ON)
    target_compile_options(ou_flags INTERFACE -O2 -g1)
elseif(OU_KIND STREQUAL "debug")
    target_compile_options(ou_flags INTERFACE -O0 -g3)
    target_compile_definitions(ou_flags INTERFACE OU_DEBUG)
elseif(OU_KIND STREQUAL "sanitize")
    target_compile_options(ou_flags INTERFACE
        -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined)
    target_compile_definitions(ou_flags INTERFACE OU_DEBUG OU_SANITIZE)
    target_link_options(ou_flags INTERFACE -fsanitize=address,undefined)
elseif(OU_KIND STREQUAL "coverage")
    target_compile_options(ou_flags INTERFACE -O0 -g --coverage -fprofile-update=prefer-atomic)
    target_compile_definitions(ou_flags INTERFACE OU_DEBUG)
    target_link_options(ou_flags INTERFACE --coverage)
else()
    message(FATAL_ERROR "OU_KIND is '${OU_KIND}': give release, quick, debug, sanitize or coverage")
endif()

if(OU_LTO)
    # Fat objects: the installed libouro.a must link for who has another compiler or no link-time optimization.
    target_compile_options(ou_flags INTERFACE -flto=auto -ffat-lto-objects)
    target_link_options(ou_flags INTERFACE -flto=auto)
    foreach(tool AR RANLIB NM)
        if(CMAKE_C_COMPILER_${tool})
            set(CMAKE_${tool} "${CMAKE_C_COMPILER_${tool}}")
        endif()
    endforeach()
endif()

# The evaluation loop's own flags.  gcc otherwise merges the handlers' indirect jumps into one, which costs the
# branch predictor what it knows; tools/check_dispatch.py reads the result.
set(OU_EVAL_FLAGS "")
if(OU_OPTIMIZED AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
    set(OU_EVAL_FLAGS -fno-gcse -fno-crossjumping)
endif()
