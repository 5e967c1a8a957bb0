//! Who calls: access tokens by client credentials (RFC 6749 §4.4), and their use as bearer tokens (RFC 6750).
//!
//! A backend's token speaks for its client. With `scope=session:<id>` the token is bound to that session and lives
//! shortly: this is the token for a browser, and it may call the SDK operations of its session alone.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, PRAGMA, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kyc_capture::api::kyc::oauth::{CLIENT_CREDENTIALS, TokenErrorReply, TokenReply};

use crate::clock::{Clock, SECOND_MS};
use crate::http::errors::ApiError;
use crate::http::limits::Limiter;
use crate::http::requests::media_type;
use crate::store::clients::{self, Grant};
use crate::store::{Store, ida, sessions};

/// The scope that binds a token to a session.
const SESSION_SCOPE: &str = "session:";

/// Access tokens: who calls, and for which session. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Auth {
    /// Clients and their tokens.
    pub store: Store,
    /// Time.
    pub clock: Clock,
    /// Requests per client.
    pub limiter: Limiter,
    /// Life of a backend's token, in milliseconds.
    pub client_token_life_ms: i64,
    /// Life of a browser's token, bound to one session, in milliseconds.
    pub session_token_life_ms: i64,
}

impl Auth {
    /// Makes a token for a client, bound to a session where one is named.
    ///
    /// # Errors
    /// 404 where the session is not this client's; 500.
    pub async fn issue(&self, client_id: String, session_id: Option<String>) -> Result<TokenReply, ApiError> {
        let now_ms = self.clock.now_ms();
        let life_ms = if session_id.is_some() { self.session_token_life_ms } else { self.client_token_life_ms };
        let access_token = self
            .store
            .run(move |c| {
                if let Some(id) = &session_id {
                    if ida::exists(c, id)? {
                        ida::read(c, id, &client_id)?;
                    } else {
                        sessions::read(c, id, &client_id)?;
                    }
                }
                clients::issue_token(c, &Grant { client_id, session_id, expires_ms: now_ms + life_ms }, now_ms)
            })
            .await?;
        let expires_in = u64::try_from(life_ms / SECOND_MS).unwrap_or_default();
        Ok(TokenReply { access_token, token_type: "Bearer".to_owned(), expires_in })
    }

    /// What the caller's bearer token allows; takes one request out of the client's bucket.
    ///
    /// # Errors
    /// 401 without a token that lives; 429.
    pub async fn grant(&self, headers: &HeaderMap) -> Result<Grant, ApiError> {
        let token = bearer(headers).ok_or_else(ApiError::token_missing)?.to_owned();
        let grant =
            self.store.read(move |c| clients::grant_of(c, &token)).await?.ok_or_else(ApiError::token_unknown)?;
        let now_ms = self.clock.now_ms();
        if now_ms >= grant.expires_ms {
            return Err(ApiError::token_expired());
        }
        self.limiter.take(&grant.client_id, now_ms)?;
        Ok(grant)
    }

    /// As `grant`, for the SDK operations: `X-Client-Id` must name the token's client.
    ///
    /// # Errors
    /// As `grant`; 400 without the header, 403 with another client's.
    pub async fn sdk_grant(&self, headers: &HeaderMap) -> Result<Grant, ApiError> {
        let grant = self.grant(headers).await?;
        let named = headers.get("x-client-id").map(HeaderValue::as_bytes).unwrap_or_default();
        if named.is_empty() {
            return Err(ApiError::missing_field("X-Client-Id"));
        }
        if named != grant.client_id.as_bytes() {
            return Err(ApiError::wrong_client());
        }
        Ok(grant)
    }

    /// As `grant`, for the operations that only a backend may call.
    ///
    /// # Errors
    /// As `grant`; 403 for a token that is bound to a session.
    pub async fn backend_grant(&self, headers: &HeaderMap) -> Result<Grant, ApiError> {
        let grant = self.grant(headers).await?;
        if grant.session_id.is_some() {
            return Err(ApiError::backend_only());
        }
        Ok(grant)
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// `POST /oauth2/token`
///
/// # Errors
/// In the shape of RFC 6749 §5.2.
pub async fn token_endpoint(State(auth): State<Auth>, request: Request) -> Response {
    let reply = match answer_token_request(&auth, request).await {
        Ok(reply) => Json(reply).into_response(),
        Err(refusal) => refusal.into_response(),
    };
    // RFC 6749 §5.1: neither the reply nor anything about it is to be kept.
    ([(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")], reply).into_response()
}

/// `POST /oauth2/revoke` (RFC 7009): the client revokes one of its access tokens, a browser's included. A token that is
/// unknown, or another client's, is answered the same.
///
/// # Errors
/// In the shape of RFC 6749 §5.2.
pub async fn revocation_endpoint(State(auth): State<Auth>, request: Request) -> Response {
    let revoked = async {
        let (client_id, form) = authenticated_form(&auth, request).await?;
        let token = form.get("token").ok_or(TokenRefusal::request("`token` is required"))?.to_owned();
        Ok::<_, TokenRefusal>(auth.store.run(move |c| clients::revoke_token(c, &client_id, &token)).await?)
    };
    let reply = match revoked.await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(refusal) => refusal.into_response(),
    };
    ([(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")], reply).into_response()
}

/// The parameters of a request to an endpoint of OAuth, and the client that it is authenticated as (RFC 6749 §2.3.1).
async fn authenticated_form(auth: &Auth, request: Request) -> Result<(String, Form), TokenRefusal> {
    let headers = request.headers().clone();
    if media_type(&headers) != "application/x-www-form-urlencoded" {
        return Err(TokenRefusal::request("the body must be application/x-www-form-urlencoded"));
    }
    let body =
        Bytes::from_request(request, auth).await.map_err(|_| TokenRefusal::request("the body cannot be read"))?;
    let form = Form::parse(&body).ok_or(TokenRefusal::request("a parameter is repeated or not UTF-8"))?;

    let basic = headers.contains_key(AUTHORIZATION);
    let (client_id, secret) = match (basic, form.get("client_id"), form.get("client_secret")) {
        (true, _, Some(_)) => return Err(TokenRefusal::request("the client authenticates in two ways at once")),
        (true, ..) => basic_credentials(&headers).ok_or(TokenRefusal::client(true))?,
        (false, Some(id), Some(secret)) => (id.to_owned(), secret.to_owned()),
        (false, ..) => return Err(TokenRefusal::client(false)),
    };
    let now_ms = auth.clock.now_ms();
    let known = {
        let (client_id, secret) = (client_id.clone(), secret);
        auth.store.run(move |c| clients::check_secret(c, &client_id, &secret)).await?
    };
    // Attempts that fail share one bucket, whatever id they claim, so that made-up ids cannot fill the memory.
    auth.limiter.take(if known { &client_id } else { "(unknown client)" }, now_ms)?;
    if !known {
        return Err(TokenRefusal::client(basic));
    }
    Ok((client_id, form))
}

async fn answer_token_request(auth: &Auth, request: Request) -> Result<TokenReply, TokenRefusal> {
    let (client_id, form) = authenticated_form(auth, request).await?;
    match form.get("grant_type") {
        None => return Err(TokenRefusal::request("`grant_type` is required")),
        Some(CLIENT_CREDENTIALS) => {}
        Some(_) => return Err(TokenRefusal::of("unsupported_grant_type", "only `client_credentials` is served")),
    }
    let session_id = match form.get("scope") {
        None | Some("") => None,
        Some(scope) => match scope.strip_prefix(SESSION_SCOPE) {
            Some(id) => Some(id.to_owned()),
            None => return Err(TokenRefusal::of("invalid_scope", "the only scope is `session:<session_id>`")),
        },
    };
    auth.issue(client_id, session_id).await.map_err(|e| match e.status() {
        StatusCode::NOT_FOUND => TokenRefusal::of("invalid_scope", "the scope names no session of this client"),
        _ => TokenRefusal::Api(e),
    })
}

/// RFC 6749 §2.3.1: id and secret are form-encoded before they are joined and encoded for HTTP Basic.
fn basic_credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let (scheme, encoded) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let (id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((form_decode(id.as_bytes())?, form_decode(secret.as_bytes())?))
}

/// Parameters of a form, each at most once (RFC 6749 §3.2). An empty one counts as absent.
struct Form(Vec<(String, String)>);

impl Form {
    fn parse(body: &[u8]) -> Option<Self> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for pair in body.split(|b| *b == b'&').filter(|p| !p.is_empty()) {
            let equals = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
            let name = form_decode(&pair[..equals])?;
            let value = form_decode(pair.get(equals + 1..).unwrap_or_default())?;
            if pairs.iter().any(|(other, _)| *other == name) {
                return None;
            }
            pairs.push((name, value));
        }
        Some(Self(pairs))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }
}

fn form_decode(text: &[u8]) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        out.push(match first {
            b'+' => b' ',
            b'%' => {
                let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
                rest = &rest[2..];
                // The parser would take a sign.
                digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u8::from_str_radix(digits, 16).ok())??
            }
            other => *other,
        });
    }
    String::from_utf8(out).ok()
}

/// A refusal of the token endpoint.
enum TokenRefusal {
    /// RFC 6749 §5.2.
    OAuth { status: StatusCode, error: &'static str, description: &'static str, challenge: bool },
    /// What is outside of it: 429, 500.
    Api(ApiError),
}

impl TokenRefusal {
    fn of(error: &'static str, description: &'static str) -> Self {
        Self::OAuth { status: StatusCode::BAD_REQUEST, error, description, challenge: false }
    }

    fn request(description: &'static str) -> Self {
        Self::of("invalid_request", description)
    }

    /// 401; with a challenge where the client tried HTTP authentication.
    fn client(challenge: bool) -> Self {
        let description = "the client is unknown, or its secret is wrong or missing";
        Self::OAuth { status: StatusCode::UNAUTHORIZED, error: "invalid_client", description, challenge }
    }
}

impl<E: Into<ApiError>> From<E> for TokenRefusal {
    fn from(error: E) -> Self {
        Self::Api(error.into())
    }
}

impl IntoResponse for TokenRefusal {
    fn into_response(self) -> Response {
        match self {
            Self::Api(e) => e.into_response(),
            Self::OAuth { status, error, description, challenge } => {
                let body = TokenErrorReply { error: error.to_owned(), error_description: Some(description.to_owned()) };
                let mut response = (status, Json(body)).into_response();
                if challenge {
                    response
                        .headers_mut()
                        .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"kyc\", charset=\"UTF-8\""));
                }
                response
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_forms_and_refuses_what_is_none() {
        let form = Form::parse(b"grant_type=client_credentials&client_id=a%2Bb+c&empty=").unwrap();
        assert_eq!(form.get("client_id"), Some("a+b c"));
        assert_eq!(form.get("empty"), None);
        for bad in [&b"a=1&a=2"[..], b"a=%", b"a=%zz", b"a=%ff"] {
            assert!(Form::parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn a_bearer_token_needs_its_scheme() {
        for (value, expected) in [
            ("Bearer abc", Some("abc")),
            ("bearer abc", Some("abc")),
            ("Basic abc", None),
            ("Bearer ", None),
            ("abc", None),
        ] {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(value))]);
            assert_eq!(bearer(&headers), expected, "{value}");
        }
    }
}
