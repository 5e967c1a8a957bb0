//! Who calls: the ctx token, the time and the signature of a request.

use std::collections::HashMap;
use std::net::IpAddr;

use axum::RequestExt;
use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRef, FromRequest, Path, Query, Request};
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use kyc_capture::api::idngo::signing::{self, SIGNATURE_HEADER, TIMESTAMP_HEADER, TOKEN_HEADER};
use kyc_capture::api::idngo::{CLOCK_TOLERANCE_S, IdngoError, IdngoOperation, MEDIA_LIMIT};

use super::context::run;
use super::refusal::Refusal;
use crate::clock::SECOND_MS;
use crate::http::client_addr::{TrustProxy, client_addr};
use crate::http::requests::{self, JSON_LIMIT};
use crate::idngo::context::Idngo;
use crate::store::idngo::{self, Client};

/// A request whose signature is right, with a body of at most `LIMIT` bytes.
#[derive(Debug)]
pub struct Signed<const LIMIT: usize = JSON_LIMIT> {
    /// Who calls.
    pub client: Client,
    /// From where.
    pub origin: Origin,
    /// Header fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    path: HashMap<String, String>,
    query: Vec<(String, String)>,
}

/// A request that may carry an archive.
pub type SignedArchive = Signed<MEDIA_LIMIT>;

/// From where a request came, and by which program.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Origin {
    /// The address of the connection, or the one that a trusted proxy reports.
    pub ip: Option<IpAddr>,
    /// `User-Agent`, at most 512 bytes.
    pub user_agent: Option<String>,
}

impl Origin {
    /// Of a request.
    pub fn of(request: &Request, trust_proxy: TrustProxy) -> Self {
        let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
        Self {
            ip: client_addr(trust_proxy, request.headers(), request.extensions()),
            // A header that is text is ASCII.
            user_agent: agent.map(|text| text.get(..512).unwrap_or(text).to_owned()),
        }
    }
}

impl<const LIMIT: usize, S> FromRequest<S> for Signed<LIMIT>
where
    S: Send + Sync,
    Idngo: FromRef<S>,
{
    type Rejection = Refusal;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Refusal> {
        let ctx = &Idngo::from_ref(state);
        let origin = Origin::of(&request, ctx.trust_proxy);
        let headers = request.headers().clone();
        let [token, timestamp, signature] =
            [TOKEN_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER].map(|name| header(&headers, name));
        let (token, timestamp, signature) = (token?, timestamp?, signature?);
        in_time(&timestamp, ctx.clock.now_ms() / SECOND_MS)?;

        let path = request.extract_parts::<Path<HashMap<String, String>>>().await.map(|Path(path)| path);
        let path = path.map_err(|_| Refusal::about(IdngoError::ParameterInvalid, "path"))?;
        let Query(query) = Query::<Vec<(String, String)>>::try_from_uri(request.uri())
            .map_err(|_| Refusal::about(IdngoError::ParameterInvalid, "query"))?;
        let method = request.method().clone();
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str()).to_owned();
        let known = run(ctx, move |c| Ok(idngo::client_of(c, &token)?)).await?;
        // What no one could have signed is not read.
        let client = known.ok_or(IdngoError::SignatureWrong)?;
        requests::reserve_body(&request, LIMIT).await?;
        let body = to_bytes(request.into_body(), LIMIT).await.map_err(|_| IdngoError::TooLarge)?;
        if !signing::verify(&client.secret_hash, &timestamp, method.as_str(), &target, &body, &signature) {
            return Err(IdngoError::SignatureWrong.into());
        }
        ctx.limiter.take(&format!("idngo {}", client.client_id), ctx.clock.now_ms())?;
        Ok(Self { client, origin, headers, body, path, query })
    }
}

fn header(headers: &HeaderMap, name: &'static str) -> Result<String, Refusal> {
    let value = headers.get(name).and_then(|value| value.to_str().ok()).filter(|text| !text.is_empty());
    value.map(str::to_owned).ok_or_else(|| Refusal::about(IdngoError::HeaderMissing, name))
}

/// Whether a request was signed within the documented minute.
fn in_time(timestamp: &str, now_s: i64) -> Result<(), IdngoError> {
    let digits = (1..=12).contains(&timestamp.len()) && timestamp.bytes().all(|b| b.is_ascii_digit());
    let signed_s: i64 = timestamp.parse().ok().filter(|_| digits).ok_or(IdngoError::TimestampInvalid)?;
    if (signed_s - now_s).abs() > CLOCK_TOLERANCE_S { Err(IdngoError::TimestampOutside) } else { Ok(()) }
}

impl<const LIMIT: usize> Signed<LIMIT> {
    /// A parameter of the path; empty where the route has none.
    pub fn path(&self, name: &str) -> String {
        self.path.get(name).cloned().unwrap_or_default()
    }

    /// A parameter of the query; an empty one counts as absent.
    ///
    /// # Errors
    /// `parameter_invalid` where it comes twice.
    pub fn query(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let mut values = self.query.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str());
        let first = values.next();
        match values.next() {
            Some(_) => Err(Refusal::about(IdngoError::ParameterInvalid, name)),
            None => Ok(first.filter(|value| !value.is_empty())),
        }
    }

    /// A parameter of the query that must be there.
    ///
    /// # Errors
    /// `parameter_missing`, `parameter_invalid`.
    pub fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.query(name)?.ok_or_else(|| Refusal::about(IdngoError::ParameterMissing, name))
    }

    /// Counts the request against the operation's documented limit.
    ///
    /// # Errors
    /// `rate_limited`.
    pub async fn limit(&self, ctx: &Idngo, operation: IdngoOperation) -> Result<(), Refusal> {
        let Some(limit) = operation.rate_limit() else { return Ok(()) };
        let (client_id, now_ms) = (self.client.client_id.clone(), ctx.clock.now_ms());
        match run(ctx, move |c| Ok(idngo::take(c, &client_id, operation, limit, now_ms)?)).await? {
            Some(wait_ms) => Err(Refusal::wait(IdngoError::RateLimited, wait_ms)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_the_limit() {
        for (text, expected) in [
            ("1000", Ok(())),
            ("940", Ok(())),
            ("1060", Ok(())),
            ("939", Err(IdngoError::TimestampOutside)),
            ("1061", Err(IdngoError::TimestampOutside)),
            ("1000000", Err(IdngoError::TimestampOutside)),
            ("+1000", Err(IdngoError::TimestampInvalid)),
            ("1000.0", Err(IdngoError::TimestampInvalid)),
            ("9999999999999999999999", Err(IdngoError::TimestampInvalid)),
        ] {
            assert_eq!(in_time(text, 1000), expected, "{text}");
        }
    }
}
