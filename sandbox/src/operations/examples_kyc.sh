# Examples of the KYC API.

### oauth2_token
curl -sS "$KYC/oauth2/token" -d grant_type=client_credentials \
  -d client_id="$CLIENT_ID" --data-urlencode client_secret="$CLIENT_SECRET"

### utility_root
curl -sS "$KYC/"

### utility_ping
curl -sS "$KYC/ping"

### utility_status
curl -sS "$KYC/status"

### utility_metrics
curl -sS "$KYC/metrics"

### utility_liveness_probe
curl -sS "$KYC/health/live"

### utility_readiness_probe
curl -sS "$KYC/health/ready"

### utility_simple_health
curl -sS "$KYC/healthz"

### utility_health
curl -sS "$KYC/health"

### utility_version
curl -sS "$KYC/version"

### sdk_metadata_update
SESSION=$(consented)
curl -sS "$KYC/idv/sdk/metadata/update" \
  -H "Authorization: Bearer $TOKEN" -H "X-Client-Id: $CLIENT_ID" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'", "sdk_metadata": { "app": "example" } }'

### sdk_liveness_session_generate
SESSION=$(consented)
curl -sS "$KYC/idv/sdk/liveness/session/generate" \
  -H "Authorization: Bearer $TOKEN" -H "X-Client-Id: $CLIENT_ID" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'", "latitude": 51.5, "longitude": -0.12 }'

### sdk_liveness_session_process
SESSION=$(consented)
# A picture of a face, another at each call.
FRAME=$(curl -sS "$KYC/docs/specimen/face.jpg" | base64 | tr -d '\n')
printf '{ "session_id": "%s", "latitude": 51.5, "longitude": -0.12, "images": ["%s"] }' "$SESSION" "$FRAME" |
  curl -sS "$KYC/idv/sdk/liveness/session/process" \
  -H "Authorization: Bearer $TOKEN" -H "X-Client-Id: $CLIENT_ID" -H 'Content-Type: application/json' -d @-

### sdk_session_read
SESSION=$(backend /idv/session/create '{}' | field session_id)
curl -sS "$KYC/idv/sdk/session/read" \
  -H "Authorization: Bearer $TOKEN" -H "X-Client-Id: $CLIENT_ID" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'" }'

### sdk_consent_add
SESSION=$(backend /idv/session/create '{}' | field session_id)
curl -sS "$KYC/idv/sdk/consent/add" \
  -H "Authorization: Bearer $TOKEN" -H "X-Client-Id: $CLIENT_ID" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'", "consented": true }'

### sdk_document_type_update
SESSION=$(consented)
curl -sS "$KYC/idv/sdk/document/type/update" \
  -H "Authorization: Bearer $TOKEN" -H "X-Client-Id: $CLIENT_ID" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'", "document_type_e": "passport" }'

### sdk_document_front_add
SESSION=$(consented)
sdk /idv/sdk/document/type/update '{ "session_id": "'"$SESSION"'", "document_type_e": "passport" }'
curl -sS "$KYC/docs/specimen/passport.jpg" |
  curl -sS "$KYC/idv/sdk/document/front/add" \
  -H "Authorization: Bearer $TOKEN" -H "X-Client-Id: $CLIENT_ID" \
  -F session_id="$SESSION" -F latitude=51.5 -F longitude=-0.12 -F 'image=@-;filename=front.jpg;type=image/jpeg'

### sdk_document_back_add
SESSION=$(consented)
sdk /idv/sdk/document/type/update '{ "session_id": "'"$SESSION"'", "document_type_e": "identification_card" }'
curl -sS "$KYC/docs/specimen/card-back.jpg" |
  curl -sS "$KYC/idv/sdk/document/back/add" \
  -H "Authorization: Bearer $TOKEN" -H "X-Client-Id: $CLIENT_ID" \
  -F session_id="$SESSION" -F latitude=51.5 -F longitude=-0.12 -F 'image=@-;filename=back.jpg;type=image/jpeg'

### sdk_finalize
# A passport and a face are sent first; the server needs its models to judge them.
SESSION=$(captured)
curl -sS "$KYC/idv/sdk/finalize" \
  -H "Authorization: Bearer $TOKEN" -H "X-Client-Id: $CLIENT_ID" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'", "settings": {} }'

### idv_session_create
curl -sS "$KYC/idv/session/create" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "metadata": { "order": "A-17" }, "liveness_mode": "passive", "settings": {} }'

### idv_session_read
SESSION=$(backend /idv/session/create '{}' | field session_id)
curl -sS "$KYC/idv/session/read" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'" }'

### idv_document_read
SESSION=$(finalized)
curl -sS "$KYC/idv/document/read" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'" }'

### idv_session_test_read
SESSION=$(finalized)
curl -sS "$KYC/idv/session/test/read" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'" }'
