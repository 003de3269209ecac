# cmake/pgo.cmake - the release build, guided by a profile of itself.  Run as `cmake [-DJOBS=n] -P cmake/pgo.cmake`.
#
#   1. build/release-instrument: the same sources, counting every branch
#   2. it runs bench/training/*.py, programs that no benchmark measures
#   3. build/release: the counts beside the objects, and the build that reads them
#
# Steps 1 and 2 cost nothing when no source changed.  If the profile can't be made, the release is linked with
# link-time optimization alone and a notice says so: a slower command is better than none.

cmake_minimum_required(VERSION 3.24)
get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)
set(instrument "${root}/build/release-instrument")
set(release "${root}/build/release")
set(jobs "")
if(JOBS)
    set(jobs -j ${JOBS})
endif()
set(stamp "${instrument}/trained.stamp")

function(release_without_profile why)
    message(NOTICE "notice: ${why}; building the release without a profile")
    run(FATAL_ERROR "configuring the release failed"
        ${CMAKE_COMMAND} -S "${root}" --preset release -DOU_PGO=off)
    run(FATAL_ERROR "building the release failed" ${CMAKE_COMMAND} --build "${release}" ${jobs})
endfunction()

# Run a command; what happens when it fails is FATAL_ERROR with a message, or (QUIET) a variable `failed` in the caller.
function(run mode message)
    set(quiet "")
    if("--preset" IN_LIST ARGN)
        set(quiet OUTPUT_QUIET)
    endif()
    execute_process(COMMAND ${ARGN} WORKING_DIRECTORY "${root}" RESULT_VARIABLE status ${quiet})
    set(failed FALSE PARENT_SCOPE)
    if(NOT status EQUAL 0)
        set(failed TRUE PARENT_SCOPE)
        if(mode STREQUAL "FATAL_ERROR")
            message(FATAL_ERROR "${message}")
        endif()
    endif()
endfunction()

run(QUIET "" ${CMAKE_COMMAND} -S "${root}" --preset release-instrument --log-level=WARNING)
if(failed)
    release_without_profile("the instrumented build can't be configured")
    return()
endif()
run(QUIET "" ${CMAKE_COMMAND} --build "${instrument}" --target ouro ${jobs})
if(failed OR NOT EXISTS "${instrument}/ouro")
    release_without_profile("the instrumented build failed")
    return()
endif()

# Train again only if the command or a training program is newer than the last training.
file(GLOB programs "${root}/bench/training/*.py")
list(SORT programs)
set(fresh FALSE)
if(EXISTS "${stamp}")
    set(fresh TRUE)
    foreach(input "${instrument}/ouro" ${programs})
        if("${input}" IS_NEWER_THAN "${stamp}")
            set(fresh FALSE)
        endif()
    endforeach()
endif()

if(NOT fresh)
    file(REMOVE "${stamp}")
    file(GLOB_RECURSE stale "${instrument}/CMakeFiles/*.gcda")
    if(stale)
        file(REMOVE ${stale})
    endif()
    set(trained 0)
    set(refused 0)
    foreach(program ${programs})
        get_filename_component(name "${program}" NAME)
        execute_process(COMMAND "${instrument}/ouro" "${program}" WORKING_DIRECTORY "${instrument}"
            TIMEOUT 120 RESULT_VARIABLE status OUTPUT_QUIET ERROR_VARIABLE said)
        if(status EQUAL 0)
            math(EXPR trained "${trained} + 1")
            message(STATUS "trained by ${name}")
        else()
            math(EXPR refused "${refused} + 1")
            string(STRIP "${said}" said)
            string(REGEX REPLACE ".*\n" "" last "${said}")
            message(NOTICE "notice: training program ${name} failed (${status}): ${last}")
        endif()
    endforeach()
    file(GLOB_RECURSE counts RELATIVE "${instrument}" "${instrument}/CMakeFiles/*.gcda")
    if(trained LESS refused OR NOT counts)
        release_without_profile("${refused} of the training programs failed, ${trained} ran")
        return()
    endif()
    # The compiler looks for each object's counts beside the object; the build system knows nothing of them, so
    # everything is compiled again.
    file(GLOB_RECURSE old "${release}/CMakeFiles/*.gcda" "${release}/CMakeFiles/*.o")
    if(old)
        file(REMOVE ${old})
    endif()
    foreach(count ${counts})
        get_filename_component(folder "${release}/${count}" DIRECTORY)
        file(COPY "${instrument}/${count}" DESTINATION "${folder}")
    endforeach()
    file(WRITE "${stamp}" "${trained} programs\n")
endif()

run(FATAL_ERROR "configuring the release failed"
    ${CMAKE_COMMAND} -S "${root}" --preset release -DOU_PGO=use --log-level=WARNING)
run(FATAL_ERROR "building the release failed" ${CMAKE_COMMAND} --build "${release}" ${jobs})
