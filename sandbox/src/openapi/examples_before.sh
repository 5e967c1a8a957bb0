export KYC=http://127.0.0.1:8080
# As printed by `kyc-sandbox --seed demo`:
export CLIENT_ID=${CLIENT_ID:-demo} CLIENT_SECRET=${CLIENT_SECRET:?is printed when the client is made}
export API_KEY=${API_KEY:-demo-organization-api-key-for-a-sandbox-on-localhost}
TOKEN=$(curl -sS "$KYC/oauth2/token" -d grant_type=client_credentials \
  -d client_id="$CLIENT_ID" --data-urlencode client_secret="$CLIENT_SECRET" | sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p')
# A JSON body in a backend's name, and in a browser's.
backend() { curl -sS "$KYC$1" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d "$2"; }
sdk() { curl -sS "$KYC$1" -H "Authorization: Bearer $TOKEN" -H "X-Client-Id: $CLIENT_ID" -H 'Content-Type: application/json' -d "$2"; }
# A field of a JSON reply.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
# A session with consent; one with a passport and a face; one that is finalized.
consented() {
  S=$(backend /idv/session/create '{}' | field session_id)
  sdk /idv/sdk/consent/add '{ "session_id": "'"$S"'", "consented": true }' >/dev/null && echo "$S"
}
captured() {
  S=$(consented)
  sdk /idv/sdk/document/type/update '{ "session_id": "'"$S"'", "document_type_e": "passport" }' >/dev/null
  curl -sS "$KYC/docs/specimen/passport.jpg" | curl -sS "$KYC/idv/sdk/document/front/add" \
    -H "Authorization: Bearer $TOKEN" -H "X-Client-Id: $CLIENT_ID" \
    -F session_id="$S" -F latitude=51.5 -F longitude=-0.12 -F 'image=@-;filename=front.jpg;type=image/jpeg' >/dev/null
  F=$(curl -sS "$KYC/docs/specimen/face.jpg" | base64 | tr -d '\n')
  printf '{ "session_id": "%s", "latitude": 51.5, "longitude": -0.12, "images": ["%s"] }' "$S" "$F" |
    sdk /idv/sdk/liveness/session/process @- >/dev/null && echo "$S"
}
finalized() {
  S=$(captured)
  sdk /idv/sdk/finalize '{ "session_id": "'"$S"'" }' >/dev/null && echo "$S"
}
# The identity of a verified passport; a session that authenticates it, with a face, and finalized.
identity() { backend /idv/session/read '{ "session_id": "'"$(finalized)"'" }' | field identity_id; }
authentication() { backend /ida/session/create '{ "identity_id": "'"$(identity)"'" }' | field session_id; }
live() {
  S=$(authentication)
  F=$(curl -sS "$KYC/docs/specimen/face.jpg" | base64 | tr -d '\n')
  printf '{ "session_id": "%s", "latitude": 51.5, "longitude": -0.12, "images": ["%s"] }' "$S" "$F" |
    sdk /ida/sdk/liveness/session/process @- >/dev/null && echo "$S"
}
authenticated() {
  S=$(live)
  sdk /ida/sdk/finalize '{ "session_id": "'"$S"'" }' >/dev/null && echo "$S"
}
# A person of the organization, by the first id of the reply.
person() {
  P=$(curl -sS "$KYC/docs/specimen/face.jpg" | base64 | tr -d '\n')
  printf '{ "api_key": "%s", "image_b64": "%s", "photo_type": "other", "is_verified": true }' "$API_KEY" "$P" |
    curl -sS "$KYC/api/v1/backend/persons/" -H 'Content-Type: application/json' -d @- | sed -n 's/^{"id":"\([^"]*\)".*/\1/p'
}
# IDnGO: time and signature of METHOD, path with query, and the file that is the body.
export IDNGO_TOKEN=${IDNGO_TOKEN:-demo-app-token}
export IDNGO_SECRET=${IDNGO_SECRET:-demo-secret-key-for-a-sandbox-on-localhost-which-is-no-secret-to-anyone}
sign() {
  TS=$(date +%s)
  SIG=$({ printf '%s' "$TS$1$2"; [ -z "${3-}" ] || cat "$3"; } | openssl dgst -sha256 -hmac "$IDNGO_SECRET" -r | cut -d' ' -f1)
}
# An applicant, from an archive that is another at each call.
applicant() {
  curl -sS "$KYC/docs/specimen/applicant.zip" -o applicant.zip
  sign POST /resources/applicants/-/applicantImport applicant.zip
  curl -sS "$KYC/resources/applicants/-/applicantImport" -H 'Content-Type: application/zip' --data-binary @applicant.zip \
    -H "X-App-Token: $IDNGO_TOKEN" -H "X-App-Access-Ts: $TS" -H "X-App-Access-Sig: $SIG" | sed -n 's/^{"id":"\([^"]*\)".*/\1/p'
}
