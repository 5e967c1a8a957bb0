//! The access token of a backend: by client credentials (RFC 6749 section 4.4), kept, and renewed before it ends.

use std::fmt;

use super::call::{Call, Repeat, Secret, encoded};
use crate::api::client::{is_field_value, parse_reply};
use crate::api::errors::ApiErrorCode;
use crate::api::kyc::oauth::{CLIENT_CREDENTIALS, TokenReply};
use crate::api::kyc::routes::{Operation, RouteTable};

/// Longest time before its end at which a token is renewed, milliseconds.
const EARLY_MS: f64 = 60_000.0;

/// A token that was given.
#[derive(Clone)]
struct Held {
    token: String,
    renew_ms: f64,
    ends_ms: f64,
}

/// The token of one client.
#[derive(Clone, Default)]
pub struct TokenCache {
    held: Option<Held>,
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache").field("held", &self.held.is_some()).finish()
    }
}

/// What a cache has.
#[derive(Clone, PartialEq, Eq)]
pub enum Stock<'a> {
    /// A token to use.
    Fresh(&'a str),
    /// A token that still holds and should be renewed; it serves where that fails.
    Ending(&'a str),
    /// None.
    None,
}

impl TokenCache {
    /// What there is now.
    pub fn stock(&self, now_ms: f64) -> Stock<'_> {
        match &self.held {
            Some(held) if now_ms < held.renew_ms => Stock::Fresh(&held.token),
            Some(held) if now_ms < held.ends_ms => Stock::Ending(&held.token),
            _ => Stock::None,
        }
    }

    /// Takes a token from the reply to [`request`], which was sent at `asked_ms`.
    ///
    /// # Errors
    /// The code where the reply holds no token that can be used.
    pub fn keep(&mut self, body: &[u8], asked_ms: f64) -> Result<&str, ApiErrorCode> {
        let reply: TokenReply = parse_reply(body)?;
        if !reply.token_type.eq_ignore_ascii_case("bearer") || !is_field_value(&reply.access_token, 16_384) {
            return Err(ApiErrorCode::ReplyInvalid);
        }
        let life_ms = reply.expires_in as f64 * 1000.0;
        let held = Held {
            token: reply.access_token,
            renew_ms: asked_ms + life_ms - EARLY_MS.min(life_ms / 5.0),
            ends_ms: asked_ms + life_ms,
        };
        Ok(&self.held.insert(held).token)
    }

    /// Forgets `token`, which the server does not take; a newer one stays.
    pub fn forget(&mut self, token: &str) {
        if self.held.as_ref().is_some_and(|held| held.token == token) {
            self.held = None;
        }
    }
}

/// The request for a token.
pub fn request(routes: &RouteTable, client_id: &str, secret: &Secret) -> Call {
    scoped(routes, client_id, secret, "")
}

/// The request for a token that is bound to one session: the one for a browser.
pub fn session_request(routes: &RouteTable, client_id: &str, secret: &Secret, session_id: &str) -> Call {
    scoped(routes, client_id, secret, &format!("&scope=session%3A{}", encoded(session_id)))
}

fn scoped(routes: &RouteTable, client_id: &str, secret: &Secret, scope: &str) -> Call {
    let operation = Operation::Oauth2Token;
    let body = format!(
        "grant_type={CLIENT_CREDENTIALS}&client_id={}&client_secret={}{scope}",
        encoded(client_id),
        encoded(secret.expose())
    );
    let bare =
        Call::bare(operation.name(), operation.method().into(), routes.path(operation).to_owned(), Repeat::Harmless);
    Call { content_type: Some("application/x-www-form-urlencoded".into()), body: body.into_bytes(), ..bare }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_renewed_early_and_serve_to_their_end() {
        let mut cache = TokenCache::default();
        assert!(cache.stock(0.0) == Stock::None);
        let reply = br#"{"access_token": "t1", "token_type": "bearer", "expires_in": 3600}"#;
        assert_eq!(cache.keep(reply, 1000.0), Ok("t1"));
        assert!(cache.stock(3_540_000.0) == Stock::Fresh("t1"));
        assert!(cache.stock(3_541_000.0) == Stock::Ending("t1"));
        assert!(cache.stock(3_601_000.0) == Stock::None);
        cache.forget("t0");
        assert!(cache.stock(2000.0) == Stock::Fresh("t1"), "another's refusal does not concern it");
        cache.forget("t1");
        assert!(cache.stock(2000.0) == Stock::None);
        // A short life: the last fifth.
        cache.keep(br#"{"access_token": "t2", "token_type": "Bearer", "expires_in": 10}"#, 0.0).unwrap();
        assert!(cache.stock(7_999.0) == Stock::Fresh("t2") && cache.stock(8_000.0) == Stock::Ending("t2"));
        assert!(!format!("{cache:?}").contains("t2"));
        let bad = br#"{"access_token": "a\nb", "token_type": "Bearer", "expires_in": 10}"#;
        assert_eq!(cache.keep(bad, 0.0), Err(ApiErrorCode::ReplyInvalid));
    }

    #[test]
    fn the_request_is_a_form() {
        let secret = Secret::new("clientSecret", "a secret with spaces & signs").unwrap();
        let call = request(&RouteTable::default(), "client:1", &secret);
        assert_eq!(
            String::from_utf8_lossy(&call.body),
            "grant_type=client_credentials&client_id=client%3A1&client_secret=a%20secret%20with%20spaces%20%26%20signs"
        );
        assert_eq!(call.target, "/oauth2/token");
    }
}
