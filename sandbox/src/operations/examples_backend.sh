
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
