
### persons_create
PHOTO=$(curl -sS "$KYC/docs/specimen/face.jpg" | base64 | tr -d '\n')
printf '{ "api_key": "%s", "image_b64": "%s", "photo_type": "other", "is_verified": true, "aliases": [] }' "$API_KEY" "$PHOTO" |
  curl -sS "$KYC/api/v1/backend/persons/" -H 'Content-Type: application/json' -d @-

### persons_update
PERSON=$(person)
curl -sS "$KYC/api/v1/backend/persons/$PERSON/update" -H 'Content-Type: application/json' \
  -d '{ "api_key": "'"$API_KEY"'", "is_verified": false }'

### persons_photo_add
PERSON=$(person)
PHOTO=$(curl -sS "$KYC/docs/specimen/face.jpg" | base64 | tr -d '\n')
printf '{ "api_key": "%s", "image_b64": "%s", "photo_type": "digital", "is_default": true }' "$API_KEY" "$PHOTO" |
  curl -sS "$KYC/api/v1/backend/persons/$PERSON/photo/" -H 'Content-Type: application/json' -d @-

### persons_alias_add
PERSON=$(person)
curl -sS "$KYC/api/v1/backend/persons/$PERSON/alias/" -H 'Content-Type: application/json' \
  -d '{ "api_key": "'"$API_KEY"'", "value": "example-'"$PERSON"'", "type": "custom" }'

### gbdfl
# The sandbox makes the Face2Face session that the registry asks for.
F2F=$(curl -sS "$KYC/sandbox/gbdfl/face2face" -H 'Content-Type: application/json' \
  -d '{ "api_key": "'"$API_KEY"'" }' | field backend_session_id)
curl -sS "$KYC/api/v1/backend/gbdfl/" -H 'Content-Type: application/json' \
  -d '{ "api_key": "'"$API_KEY"'", "iin": "950215301234", "face2face_backend_session_id": "'"$F2F"'" }'

### mrz_retrieve
curl -sS "$KYC/docs/specimen/passport.jpg" |
  curl -sS "$KYC/api/v1/backend/mrz/retrieve/" \
  -F api_key="$API_KEY" -F 'image=@-;filename=passport.jpg;type=image/jpeg'

### idngo_check_similar
APPLICANT=${APPLICANT:-$(applicant)}
TARGET="/resources/checks/latest?type=SIMILAR_SEARCH&applicantId=$APPLICANT"
sign GET "$TARGET"
curl -sS "$KYC$TARGET" \
  -H "X-App-Token: $IDNGO_TOKEN" -H "X-App-Access-Ts: $TS" -H "X-App-Access-Sig: $SIG"

### idngo_check_tin
APPLICANT=${APPLICANT:-$(applicant)}
TARGET="/resources/checks/latest?type=TIN&applicantId=$APPLICANT"
sign GET "$TARGET"
curl -sS "$KYC$TARGET" \
  -H "X-App-Token: $IDNGO_TOKEN" -H "X-App-Access-Ts: $TS" -H "X-App-Access-Sig: $SIG"

### idngo_websdk_link
TARGET="/resources/sdkIntegrations/levels/basic-kyc-level/websdkLink?externalUserId=example-$(date +%s)"
sign POST "$TARGET"
curl -sS -X POST "$KYC$TARGET" \
  -H "X-App-Token: $IDNGO_TOKEN" -H "X-App-Access-Ts: $TS" -H "X-App-Access-Sig: $SIG"

### idngo_status_email
APPLICANT=${APPLICANT:-$(applicant)}
TARGET="/resources/applicants/$APPLICANT/verificationStatusEmail"
sign POST "$TARGET"
curl -sS -X POST "$KYC$TARGET" \
  -H "X-App-Token: $IDNGO_TOKEN" -H "X-App-Access-Ts: $TS" -H "X-App-Access-Sig: $SIG"

### idngo_timeline
APPLICANT=${APPLICANT:-$(applicant)}
TARGET="/resources/applicantTimeline/$APPLICANT"
sign GET "$TARGET"
curl -sS "$KYC$TARGET" \
  -H "X-App-Token: $IDNGO_TOKEN" -H "X-App-Access-Ts: $TS" -H "X-App-Access-Sig: $SIG"

### idngo_report
APPLICANT=${APPLICANT:-$(applicant)}
TARGET="/resources/applicants/$APPLICANT/summary/report?report=applicantReport&lang=en"
sign GET "$TARGET"
curl -sS "$KYC$TARGET" -o report.pdf \
  -H "X-App-Token: $IDNGO_TOKEN" -H "X-App-Access-Ts: $TS" -H "X-App-Access-Sig: $SIG"

### idngo_levels
TARGET="/resources/applicants/-/levels"
sign GET "$TARGET"
curl -sS "$KYC$TARGET" \
  -H "X-App-Token: $IDNGO_TOKEN" -H "X-App-Access-Ts: $TS" -H "X-App-Access-Sig: $SIG"

### idngo_info_update
APPLICANT=${APPLICANT:-$(applicant)}
TARGET="/resources/applicants/$APPLICANT/info?unsetFields=middleName"
printf '{ "firstName": "Andrew", "dob": "1990-05-01" }' >info.json
sign PATCH "$TARGET" info.json
curl -sS -X PATCH "$KYC$TARGET" -H 'Content-Type: application/json' --data-binary @info.json \
  -H "X-App-Token: $IDNGO_TOKEN" -H "X-App-Access-Ts: $TS" -H "X-App-Access-Sig: $SIG"

### idngo_check_liveness
APPLICANT=${APPLICANT:-$(applicant)}
TARGET="/resources/checks/latest?type=FACE_LIVELINESS&applicantId=$APPLICANT"
sign GET "$TARGET"
curl -sS "$KYC$TARGET" \
  -H "X-App-Token: $IDNGO_TOKEN" -H "X-App-Access-Ts: $TS" -H "X-App-Access-Sig: $SIG"

### idngo_liveness_video
APPLICANT=${APPLICANT:-$(applicant)}
TARGET="/resources/checks/latest?type=FACE_LIVELINESS&applicantId=$APPLICANT"
sign GET "$TARGET"
CHECK=$(curl -sS "$KYC$TARGET" \
  -H "X-App-Token: $IDNGO_TOKEN" -H "X-App-Access-Ts: $TS" -H "X-App-Access-Sig: $SIG" | field id)
TARGET="/resources/applicants/$APPLICANT/info/facemap/video?checkId=$CHECK"
sign GET "$TARGET"
curl -sS "$KYC$TARGET" -o liveness.webm \
  -H "X-App-Token: $IDNGO_TOKEN" -H "X-App-Access-Ts: $TS" -H "X-App-Access-Sig: $SIG"

### idngo_similar_text_face
APPLICANT=${APPLICANT:-$(applicant)}
TARGET="/resources/applicants/$APPLICANT/similar/byTextAndFace"
sign GET "$TARGET"
curl -sS "$KYC$TARGET" \
  -H "X-App-Token: $IDNGO_TOKEN" -H "X-App-Access-Ts: $TS" -H "X-App-Access-Sig: $SIG"

### idngo_similar_text
APPLICANT=${APPLICANT:-$(applicant)}
TARGET="/resources/applicants/$APPLICANT/similar/byText"
sign GET "$TARGET"
curl -sS "$KYC$TARGET" \
  -H "X-App-Token: $IDNGO_TOKEN" -H "X-App-Access-Ts: $TS" -H "X-App-Access-Sig: $SIG"

### idngo_import
# An archive of an invented person, another at each call.
curl -sS "$KYC/docs/specimen/applicant.zip" -o applicant.zip
TARGET=/resources/applicants/-/applicantImport
sign POST "$TARGET" applicant.zip
curl -sS "$KYC$TARGET" -H 'Content-Type: application/zip' --data-binary @applicant.zip \
  -H "X-App-Token: $IDNGO_TOKEN" -H "X-App-Access-Ts: $TS" -H "X-App-Access-Sig: $SIG"

### idngo_presence
APPLICANT=${APPLICANT:-$(applicant)}
TARGET="/resources/applicants/$APPLICANT/presence/deactivated"
sign PATCH "$TARGET"
curl -sS -X PATCH "$KYC$TARGET" \
  -H "X-App-Token: $IDNGO_TOKEN" -H "X-App-Access-Ts: $TS" -H "X-App-Access-Sig: $SIG"
