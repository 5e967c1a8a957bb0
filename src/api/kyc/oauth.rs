//! `POST /oauth2/token`: the client credentials grant (RFC 6749 section 4.4), which a backend calls. The request is
//! `application/x-www-form-urlencoded`; the client may name itself by HTTP Basic instead of in the body (section
//! 2.3.1).

use std::fmt;

use serde::{Deserialize, Serialize};

/// The one grant type that is served.
pub const CLIENT_CREDENTIALS: &str = "client_credentials";

/// Form fields of a token request.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenRequest {
    /// `client_credentials`.
    pub grant_type: String,
    /// The client, unless given by HTTP Basic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Its secret, unless given by HTTP Basic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// Space-separated scopes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// A token (RFC 6749 section 5.1).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenReply {
    /// The token.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// Seconds that it lives.
    pub expires_in: u64,
}

/// A refusal (RFC 6749 section 5.2): HTTP 400, or 401 for `invalid_client`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenErrorReply {
    /// `invalid_request`, `invalid_client`, `unsupported_grant_type` or `invalid_scope`.
    pub error: String,
    /// For the developer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

// Secrets stay out of logs: they have no readable debug form.
impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequest")
            .field("grant_type", &self.grant_type)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TokenReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenReply")
            .field("token_type", &self.token_type)
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_have_no_debug_form() {
        let request = TokenRequest {
            grant_type: CLIENT_CREDENTIALS.into(),
            client_id: Some("client".into()),
            client_secret: Some("hush".into()),
            scope: None,
        };
        let reply = TokenReply { access_token: "hush".into(), token_type: "Bearer".into(), expires_in: 60 };
        assert!(!format!("{request:?} {reply:?}").contains("hush"));
    }
}
