#!/bin/sh
# Copies its input into the log of the pipeline.
#
# Names and descriptions are texts of others. A line of them that GitHub Actions or Azure Pipelines would take as a command
# (`::stop-commands::`, `##[...]`, `##vso[...]`) is changed, so that it is only shown.
set -eu
# Bytes are characters, whatever encoding the texts have.
export LC_ALL=C

exec awk '
    match($0, /^[^!-~]*::/) { $0 = substr($0, 1, RLENGTH - 2) "\\u003a" substr($0, RLENGTH) }
    { gsub(/##\[/, "\\u0023#["); gsub(/##vso\[/, "\\u0023#vso["); print; fflush() }'
