//! The access token of a backend: obtained by client credentials (RFC 6749 section 4.4), cached, renewed before it
//! expires.

use std::fmt;

use super::call::{Call, Secret};
use crate::api::errors::ApiErrorCode;
use crate::api::http::{is_field_value, percent_encode};
use crate::api::json::parse_reply;
use crate::api::kyc::oauth::{CLIENT_CREDENTIALS, TokenReply};
use crate::api::kyc::operations::Operation;
use crate::api::kyc::routes::RouteTable;
use crate::api::retry::Idempotency;

/// Longest time before expiry at which a token is renewed, in milliseconds.
const EARLY_MS: f64 = 60_000.0;

/// A token with its times, in milliseconds since 1970.
#[derive(Clone)]
struct StoredToken {
    token: String,
    renew_ms: f64,
    ends_ms: f64,
}

/// The token of one client.
#[derive(Clone, Default)]
pub struct TokenStore {
    stored: Option<StoredToken>,
}

impl fmt::Debug for TokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenStore").field("stored", &self.stored.is_some()).finish()
    }
}

/// State of the stored token.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenState<'a> {
    /// Valid.
    Fresh(&'a str),
    /// Still valid, and due for renewal; it is used if the renewal fails.
    Expiring(&'a str),
    /// None is stored, or it has expired.
    Missing,
}

impl TokenStore {
    /// Returns the state of the token at `now_ms`.
    pub fn state(&self, now_ms: f64) -> TokenState<'_> {
        match &self.stored {
            Some(stored) if now_ms < stored.renew_ms => TokenState::Fresh(&stored.token),
            Some(stored) if now_ms < stored.ends_ms => TokenState::Expiring(&stored.token),
            _ => TokenState::Missing,
        }
    }

    /// Stores the token of the reply to [`request`], which was sent at `asked_ms`, and returns it.
    ///
    /// # Errors
    /// [`ApiErrorCode::ReplyInvalid`] or [`ApiErrorCode::ReplyNotJson`] if the reply has no usable bearer token.
    pub fn store(&mut self, body: &[u8], asked_ms: f64) -> Result<&str, ApiErrorCode> {
        let reply: TokenReply = parse_reply(body)?;
        if !reply.token_type.eq_ignore_ascii_case("bearer") || !is_field_value(&reply.access_token, 16_384) {
            return Err(ApiErrorCode::ReplyInvalid);
        }
        let life_ms = reply.expires_in as f64 * 1000.0;
        let stored = StoredToken {
            token: reply.access_token,
            renew_ms: asked_ms + life_ms - EARLY_MS.min(life_ms / 5.0),
            ends_ms: asked_ms + life_ms,
        };
        Ok(&self.stored.insert(stored).token)
    }

    /// Removes `token`, which the server rejected; a newer one stays.
    pub fn invalidate(&mut self, token: &str) {
        if self.stored.as_ref().is_some_and(|stored| stored.token == token) {
            self.stored = None;
        }
    }
}

/// Returns the request for a token of the client itself.
pub fn request(routes: &RouteTable, client_id: &str, secret: &Secret) -> Call {
    scoped(routes, client_id, secret, "")
}

/// Returns the request for a token that is bound to one session, for a browser.
pub fn session_request(routes: &RouteTable, client_id: &str, secret: &Secret, session_id: &str) -> Call {
    scoped(routes, client_id, secret, &format!("&scope=session%3A{}", percent_encode(session_id)))
}

fn scoped(routes: &RouteTable, client_id: &str, secret: &Secret, scope: &str) -> Call {
    let operation = Operation::Oauth2Token;
    let body = format!(
        "grant_type={CLIENT_CREDENTIALS}&client_id={}&client_secret={}{scope}",
        percent_encode(client_id),
        percent_encode(secret.expose())
    );
    let bare =
        Call::bare(operation.name(), operation.method(), routes.path(operation).to_owned(), Idempotency::Idempotent);
    Call { content_type: Some("application/x-www-form-urlencoded".into()), body: body.into_bytes(), ..bare }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_renewed_early_and_valid_until_it_expires() {
        let mut cache = TokenStore::default();
        assert!(cache.state(0.0) == TokenState::Missing);
        let reply = br#"{"access_token": "t1", "token_type": "bearer", "expires_in": 3600}"#;
        assert_eq!(cache.store(reply, 1000.0), Ok("t1"));
        assert!(cache.state(3_540_000.0) == TokenState::Fresh("t1"));
        assert!(cache.state(3_541_000.0) == TokenState::Expiring("t1"));
        assert!(cache.state(3_601_000.0) == TokenState::Missing);
        cache.invalidate("t0");
        assert!(cache.state(2000.0) == TokenState::Fresh("t1"), "rejection of another token does not remove it");
        cache.invalidate("t1");
        assert!(cache.state(2000.0) == TokenState::Missing);
        // A short lifetime: renewed in its last fifth.
        cache.store(br#"{"access_token": "t2", "token_type": "Bearer", "expires_in": 10}"#, 0.0).unwrap();
        assert!(cache.state(7_999.0) == TokenState::Fresh("t2") && cache.state(8_000.0) == TokenState::Expiring("t2"));
        assert!(!format!("{cache:?}").contains("t2"));
        let bad = br#"{"access_token": "a\nb", "token_type": "Bearer", "expires_in": 10}"#;
        assert_eq!(cache.store(bad, 0.0), Err(ApiErrorCode::ReplyInvalid));
    }

    #[test]
    fn request_is_form_encoded() {
        let secret = Secret::new("clientSecret", "a secret with spaces & signs").unwrap();
        let call = request(&RouteTable::default(), "client:1", &secret);
        assert_eq!(
            String::from_utf8_lossy(&call.body),
            "grant_type=client_credentials&client_id=client%3A1&client_secret=a%20secret%20with%20spaces%20%26%20signs"
        );
        assert_eq!(call.target, "/oauth2/token");
    }
}
