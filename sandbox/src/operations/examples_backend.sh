
### mrz_retrieve
curl -sS "$KYC/docs/specimen/passport.jpg" |
  curl -sS "$KYC/api/v1/backend/mrz/retrieve/" \
  -F api_key="$API_KEY" -F 'image=@-;filename=passport.jpg;type=image/jpeg'
