#!/bin/sh
# Schemathesis over the sandbox's /openapi.json: no status of 500 or above, no undocumented status, no reply that is not as
# its schema says. `cargo xtask fuzz-api` installs it, starts a server with the demo's data and runs this.
#
# usage: KYC=http://… CLIENT_ID=… CLIENT_SECRET=… API_KEY=… IDNGO_TOKEN=… IDNGO_SECRET=… SCHEMATHESIS=…/schemathesis \
#        REPORTS=DIR run.sh CASES
set -eu
cases=$1
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$REPORTS"
# What it keeps beside itself belongs to the reports.
cd "$REPORTS"
export STATUSES="$REPORTS/statuses.json" PYTHONPATH="$here" PYTHONDONTWRITEBYTECODE=1 KYC CLIENT_ID CLIENT_SECRET API_KEY IDNGO_TOKEN IDNGO_SECRET
SCHEMATHESIS_HOOKS=hooks exec "$SCHEMATHESIS" run "$KYC/openapi.json" \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
  --phases "${PHASES:-examples,coverage,fuzzing}" --max-examples "$cases" --seed 73 --workers 4 \
  --generation-database none --request-timeout 60 --no-color \
  --report junit --report-dir "$REPORTS"
