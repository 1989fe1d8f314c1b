#!/bin/sh
# Runs its arguments with the first Python that is new enough, or says what to install.
# PYTHON=… names one to try first.
for python in "${PYTHON:-python3}" python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
        exec "$python" "$@"
    fi
done
echo "No Python 3.10 or newer was found on PATH. Install one (it is called python3, or python3.13 and" >&2
echo "the like), or name one: make … PYTHON=/path/to/python3" >&2
exit 1
