#!/usr/bin/env bash
# Installs the build into a folder of its own, builds the consumer project from there and runs it.
#   run.sh BUILD_FOLDER WORK_FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$1 work=$2
rm -rf "$work"
mkdir -p "$work"
cmake --install "$build" --prefix "$work/prefix" >"$work/install.log"
cmake -S "$here" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_BUILD_TYPE=Debug >"$work/configure.log"
cmake --build "$work/build"
"$work/build/my_suite"
