#!/usr/bin/env bash
# pip-audit ends well even when it could audit nothing: here that is a failure.
set -uo pipefail
report=$(mktemp)
.venv/bin/pip-audit --require-hashes -r requirements.txt --format json --output "$report" --progress-spinner off
status=$?
[ -s "$report" ] || { echo "audit: the advisory service could not be asked; nothing was audited" >&2; exit 2; }
.venv/bin/python - "$report" <<'PY' || exit 2
import json, sys
found = json.load(open(sys.argv[1]))["dependencies"]
skipped = [each["name"] for each in found if "skip_reason" in each]
if skipped or not found:
    sys.exit(f"audit: not audited: {', '.join(skipped) or 'anything'}")
print(f"audit: {len(found)} packages audited")
PY
exit $status
