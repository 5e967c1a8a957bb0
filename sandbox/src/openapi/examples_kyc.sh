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
# A photo of a face, different at each call.
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

### idv_session_location_read
SESSION=$(captured)
curl -sS "$KYC/idv/session/location/read" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'", "location_capture_type_e": "front_doc_image_capture" }'

### idv_session_anonymize
SESSION=$(finalized)
curl -sS "$KYC/idv/session/anonymize" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'" }'

### idv_session_delete
SESSION=$(backend /idv/session/create '{}' | field session_id)
curl -sS "$KYC/idv/session/delete" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'" }'

### idv_session_list
curl -sS "$KYC/idv/session/list" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "take": 10, "skip": 0, "status": "complete", "search_term": "" }'

### idv_document_list
SESSION=$(finalized)
curl -sS "$KYC/idv/document/list" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'", "take": 10, "skip": 0 }'

### idv_document_download
SESSION=$(captured)
curl -sS "$KYC/idv/document/download" -o front.jpg \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'", "storage_file_type_e": "passport_front" }'

### idv_requirements_get
curl -sS "$KYC/idv/requirements?type_e=passport" -H "Authorization: Bearer $TOKEN"

### idv_requirements_update
curl -sS "$KYC/idv/requirements" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "type_e": "passport_card", "data_source_e": "mrz",
  "document_number_required": true, "ref_number_required": false, "issue_at_required": false,
  "expires_at_required": false, "issuing_country_required": false, "issuing_state_required": false,
  "first_name_required": false, "middle_name_required": false, "last_name_required": true,
  "name_suffix_required": false, "street_required": false, "city_required": false, "state_required": false,
  "postal_code_required": false, "birth_date_required": true, "gender_required": false,
  "height_required": false, "weight_required": false, "eye_color_required": false,
  "hair_color_required": false, "class_required": false, "mentions_required": false,
  "restrictions_required": false, "raw_barcode_required": false, "face_encoding_required": false }'

### idv_weights_get
curl -sS "$KYC/idv/weights" -H "Authorization: Bearer $TOKEN"

### idv_weights_update
# All 27 are given: here as they are, with one changed.
WEIGHTS=$(curl -sS "$KYC/idv/weights" -H "Authorization: Bearer $TOKEN" | sed 's/"client_id":[^,]*,"user_id":[^,]*,/"user_id":"example",/; s/"age_weight":[0-9.]*/"age_weight":1/')
curl -sS "$KYC/idv/weights" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d "$WEIGHTS"

### idv_weights_get_by_id
WEIGHTS_ID=$(backend /idv/session/read '{ "session_id": "'"$(finalized)"'" }' | field idv_weights_id)
curl -sS "$KYC/idv/weights/$WEIGHTS_ID" -H "Authorization: Bearer $TOKEN"

### ida_session_location_read
SESSION=$(authenticated)
curl -sS "$KYC/ida/session/location/read" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'", "location_capture_type_e": "selfie_image_capture" }'

### ida_session_delete
SESSION=$(authentication)
curl -sS "$KYC/ida/session/delete" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'" }'

### ida_session_create
IDENTITY=$(identity)
curl -sS "$KYC/ida/session/create" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "identity_id": "'"$IDENTITY"'", "liveness_mode": "passive", "metadata": {}, "settings": {} }'

### ida_session_list
curl -sS "$KYC/ida/session/list" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "take": 10, "skip": 0 }'

### ida_session_read
SESSION=$(authentication)
curl -sS "$KYC/ida/session/read" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'" }'

### ida_document_download
SESSION=$(authenticated)
curl -sS "$KYC/ida/document/download" -o selfie.jpg \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'" }'

### ida_sdk_session_read
SESSION=$(authentication)
curl -sS "$KYC/ida/sdk/session/read" \
  -H "Authorization: Bearer $TOKEN" -H "X-Client-Id: $CLIENT_ID" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'" }'

### ida_sdk_metadata_update
SESSION=$(authentication)
curl -sS "$KYC/ida/sdk/metadata/update" \
  -H "Authorization: Bearer $TOKEN" -H "X-Client-Id: $CLIENT_ID" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'", "sdk_metadata": { "app": "example" } }'

### ida_sdk_liveness_session_generate
SESSION=$(authentication)
curl -sS "$KYC/ida/sdk/liveness/session/generate" \
  -H "Authorization: Bearer $TOKEN" -H "X-Client-Id: $CLIENT_ID" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'", "latitude": 51.5, "longitude": -0.12 }'

### ida_sdk_liveness_session_process
SESSION=$(authentication)
FRAME=$(curl -sS "$KYC/docs/specimen/face.jpg" | base64 | tr -d '\n')
printf '{ "session_id": "%s", "latitude": 51.5, "longitude": -0.12, "images": ["%s"] }' "$SESSION" "$FRAME" |
  curl -sS "$KYC/ida/sdk/liveness/session/process" \
  -H "Authorization: Bearer $TOKEN" -H "X-Client-Id: $CLIENT_ID" -H 'Content-Type: application/json' -d @-

### ida_sdk_finalize
SESSION=$(live)
curl -sS "$KYC/ida/sdk/finalize" \
  -H "Authorization: Bearer $TOKEN" -H "X-Client-Id: $CLIENT_ID" -H 'Content-Type: application/json' \
  -d '{ "session_id": "'"$SESSION"'" }'

### identity_list
curl -sS "$KYC/identity/list" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "take": 10, "skip": 0, "search_term": "" }'

### identity_anonymize
IDENTITY=$(identity)
curl -sS "$KYC/identity/anonymize" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "identity_id": "'"$IDENTITY"'" }'

### identity_read
IDENTITY=$(identity)
curl -sS "$KYC/identity/read" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "identity_id": "'"$IDENTITY"'" }'

### identity_sdk_status
IDENTITY=$(identity)
curl -sS "$KYC/identity/sdk/status" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "identity_id": "'"$IDENTITY"'" }'

### identity_document_read
IDENTITY=$(identity)
curl -sS "$KYC/identity/document/read" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "identity_id": "'"$IDENTITY"'", "document_type_e": "passport" }'

### identity_image_read
IDENTITY=$(identity)
curl -sS "$KYC/identity/image/read" -o passport.jpg \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "identity_id": "'"$IDENTITY"'", "storage_file_type_e": "passport_front" }'

### webhook_create
curl -sS "$KYC/webhook/create" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "name": "example", "url": "https://hooks.invalid/hook" }'

### webhook_list
curl -sS "$KYC/webhook/list" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "take": 10, "skip": 0 }'

### webhook_delete
backend /webhook/create '{ "name": "spare", "url": "https://hooks.invalid/spare" }'
HOOK=$(backend /webhook/list '{ "search_term": "spare" }' | field id)
curl -sS "$KYC/webhook/delete" \
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{ "id": "'"$HOOK"'" }'
