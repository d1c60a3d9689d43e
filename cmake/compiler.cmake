# The compiler, its warnings, and the three kinds of tree: release, asan, tsan.
#
# g++ below 14 silently miscompiles ordinary coroutines (double frees, lost bodies), so it is
# refused here rather than found out in production.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR "g++ ${CMAKE_CXX_COMPILER_VERSION} miscompiles C++20 coroutines without a "
                      "warning. Use clang-19: scripts/build does.")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(MASTHEAD_SANITIZER "" CACHE STRING "'' (release), 'asan' (ASan+UBSan, fuzzers) or 'tsan'")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror
                    -Wno-gnu-statement-expression -Wthread-safety -Wreserved-identifier
                    -Wzero-as-null-pointer-constant -fno-omit-frame-pointer)
# Paths of the build machine stay out of the binary.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
add_compile_definitions(BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_HAS_STD_INVOKE_RESULT)
add_link_options(-fuse-ld=lld)

if(MASTHEAD_SANITIZER STREQUAL "asan")
  add_compile_options(-O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
elseif(MASTHEAD_SANITIZER STREQUAL "tsan")
  add_compile_options(-O1 -g1 -fsanitize=thread)
  add_link_options(-fsanitize=thread)
else()
  add_compile_options(-O2 -DNDEBUG -fstack-protector-strong -D_FORTIFY_SOURCE=2)
  add_link_options(-Wl,-z,relro,-z,now -Wl,--as-needed -Wl,--gc-sections)
  add_compile_options(-ffunction-sections -fdata-sections)
endif()
