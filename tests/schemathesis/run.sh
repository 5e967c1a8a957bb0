#!/bin/sh
# Schemathesis over the sandbox's /openapi.json: no status of 500 or above, no undocumented status, no reply that is not as
# its schema says. `cargo xtask fuzz-api` installs it, starts a server with the demo's data and runs this.
#
# usage: KYC=http://… CLIENT_ID=… CLIENT_SECRET=… SCHEMATHESIS=…/schemathesis REPORTS=DIR run.sh CASES
set -eu
cases=$1
TOKEN=$(curl -sS "$KYC/oauth2/token" -d grant_type=client_credentials -d client_id="$CLIENT_ID" \
  --data-urlencode client_secret="$CLIENT_SECRET" | sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p')
export TOKEN CLIENT_ID KYC
here=$(cd "$(dirname "$0")" && pwd)
cd "$here"
SCHEMATHESIS_HOOKS=hooks exec "$SCHEMATHESIS" run "$KYC/openapi.json" \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
  --phases examples,coverage,fuzzing --max-examples "$cases" --seed 73 --workers 4 \
  --generation-database none --request-timeout 60 --no-color \
  --report junit --report-dir "$REPORTS"
