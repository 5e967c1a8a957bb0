//! An SDK call, the same for IDV and IDA: who calls, for which session, and changes to that session.
//!
//! Every call needs a bearer token and `X-Client-Id`. A finalized or expired session takes no changes.

use axum::extract::{FromRef, FromRequest, Request};
use kyc_capture::api::kyc::JsonObject;
use kyc_capture::api::kyc::enums::LivenessMode;
use serde::de::DeserializeOwned;

use crate::http::client_addr::client_addr;
use crate::http::errors::ApiError;
use crate::http::requests::{self, JSON_LIMIT};
use crate::kyc::context::Sdk;
use crate::store::clients::Grant;
use crate::store::db::Connection;
use crate::store::finalization::{self, SessionTable};
use crate::store::ida::{self, IdaSession};
use crate::store::images::{self, Kind, Place};
use crate::store::sessions::{self, Session};

/// A session that SDK calls act on.
pub trait SdkSession: Clone + Send + Sync + 'static {
    /// The table in which the session is stored.
    const TABLE: SessionTable;

    /// Reads the session of that id of that client.
    ///
    /// # Errors
    /// 404
    fn read(c: &Connection, session_id: &str, client_id: &str) -> Result<Self, ApiError>;

    /// The session's id.
    fn session_id(&self) -> &str;

    /// The client's id.
    fn client_id(&self) -> &str;

    /// When it was finalized, in milliseconds since 1970.
    fn completed_ms(&self) -> Option<i64>;

    /// When it expires, in milliseconds since 1970.
    fn expires_ms(&self) -> i64;

    /// How liveness is checked.
    fn liveness_mode(&self) -> &LivenessMode;

    /// The integrator's settings.
    fn settings(&self) -> &JsonObject;

    /// Checks that consent is recorded, if this kind of session needs it.
    ///
    /// # Errors
    /// 403
    fn require_consent(&self) -> Result<(), ApiError>;

    /// Records that a liveness session was generated.
    ///
    /// # Errors
    /// 500
    fn record_liveness_generated(&self, c: &Connection, now_ms: i64) -> Result<(), ApiError>;

    /// Stores the liveness images in place of earlier ones.
    ///
    /// # Errors
    /// 500
    fn store_liveness(
        &self,
        c: &Connection,
        frames: &[Vec<u8>],
        place: &Place,
        address: Option<&str>,
        now_ms: i64,
    ) -> Result<(), ApiError>;
}

impl SdkSession for Session {
    const TABLE: SessionTable = SessionTable::Idv;

    fn read(c: &Connection, session_id: &str, client_id: &str) -> Result<Self, ApiError> {
        Ok(sessions::read(c, session_id, client_id)?)
    }

    fn session_id(&self) -> &str {
        &self.session_id
    }

    fn client_id(&self) -> &str {
        &self.client_id
    }

    fn completed_ms(&self) -> Option<i64> {
        self.completed_ms
    }

    fn expires_ms(&self) -> i64 {
        self.expires_ms
    }

    fn liveness_mode(&self) -> &LivenessMode {
        &self.liveness_mode
    }

    fn settings(&self) -> &JsonObject {
        &self.settings
    }

    fn require_consent(&self) -> Result<(), ApiError> {
        if self.consented_ms.is_some() { Ok(()) } else { Err(ApiError::consent_required()) }
    }

    fn record_liveness_generated(&self, c: &Connection, now_ms: i64) -> Result<(), ApiError> {
        Ok(sessions::note(c, &self.session_id, sessions::Event::LivenessSessionGenerated, now_ms)?)
    }

    fn store_liveness(
        &self,
        c: &Connection,
        frames: &[Vec<u8>],
        place: &Place,
        address: Option<&str>,
        now_ms: i64,
    ) -> Result<(), ApiError> {
        images::replace(c, &self.session_id, Kind::Liveness, frames, place, now_ms)?;
        images::set_address(c, &self.session_id, Kind::Liveness, address)?;
        Ok(sessions::note(c, &self.session_id, sessions::Event::LivenessImagesStored, now_ms)?)
    }
}

impl SdkSession for IdaSession {
    const TABLE: SessionTable = SessionTable::Ida;

    fn read(c: &Connection, session_id: &str, client_id: &str) -> Result<Self, ApiError> {
        Ok(ida::read(c, session_id, client_id)?)
    }

    fn session_id(&self) -> &str {
        &self.session_id
    }

    fn client_id(&self) -> &str {
        &self.client_id
    }

    fn completed_ms(&self) -> Option<i64> {
        self.completed_ms
    }

    fn expires_ms(&self) -> i64 {
        self.expires_ms
    }

    fn liveness_mode(&self) -> &LivenessMode {
        &self.liveness_mode
    }

    fn settings(&self) -> &JsonObject {
        &self.settings
    }

    fn require_consent(&self) -> Result<(), ApiError> {
        Ok(())
    }

    fn record_liveness_generated(&self, c: &Connection, now_ms: i64) -> Result<(), ApiError> {
        Ok(ida::note(c, &self.session_id, ida::Event::LivenessSessionGenerated, now_ms)?)
    }

    fn store_liveness(
        &self,
        c: &Connection,
        frames: &[Vec<u8>],
        place: &Place,
        address: Option<&str>,
        now_ms: i64,
    ) -> Result<(), ApiError> {
        Ok(ida::replace_images(c, &self.session_id, frames, place, address, now_ms)?)
    }
}

/// A body that names its session.
pub trait SdkBody: DeserializeOwned + Send {
    /// Maximum size of this body in bytes.
    const LIMIT: usize = JSON_LIMIT;

    /// The session.
    fn session_id(&self) -> &str;
}

/// Implements [`SdkBody`] for bodies with a field `session_id`; `BODY: LIMIT` gives one a limit of its own.
macro_rules! sdk_body {
    ($($body:ty $(: $limit:expr)?),+ $(,)?) => {
        $(impl $crate::kyc::sdk_call::SdkBody for $body {
            $(const LIMIT: usize = $limit;)?

            fn session_id(&self) -> &str {
                &self.session_id
            }
        })+
    };
}

pub(crate) use sdk_body;

/// An SDK call whose caller may act on the session that its body names.
#[derive(Debug)]
pub struct SdkCall<S, B> {
    /// The session as it was when the call came.
    pub session: S,
    /// The body.
    pub body: B,
    /// The client's address.
    pub address: Option<String>,
}

impl<S: SdkSession, B: SdkBody, T> FromRequest<T> for SdkCall<S, B>
where
    T: Send + Sync,
    Sdk: FromRef<T>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &T) -> Result<Self, ApiError> {
        let ctx = Sdk::from_ref(state);
        let grant = ctx.auth.sdk_grant(request.headers()).await?;
        let address = client_addr(ctx.trust_proxy, request.headers(), request.extensions()).map(|ip| ip.to_string());
        let body: B = requests::json(request, B::LIMIT).await?;
        let session = session_of(&ctx, grant, body.session_id()).await?;
        Ok(Self { session, body, address })
    }
}

/// Reads the session that a call names, if its token may act on it.
///
/// # Errors
/// 400, 403, 404.
pub async fn session_of<S: SdkSession>(ctx: &Sdk, grant: Grant, session_id: &str) -> Result<S, ApiError> {
    if session_id.is_empty() {
        return Err(ApiError::missing_field("session_id"));
    }
    if grant.session_id.as_deref().is_some_and(|bound| bound != session_id) {
        return Err(ApiError::wrong_session());
    }
    let session_id = session_id.to_owned();
    ctx.store.read(move |c| S::read(c, &session_id, &grant.client_id)).await
}

/// Checks that the session still takes changes.
///
/// # Errors
/// 409
pub fn require_open(session: &impl SdkSession, now_ms: i64) -> Result<(), ApiError> {
    if session.completed_ms().is_some() {
        return Err(ApiError::session_complete());
    }
    if now_ms >= session.expires_ms() {
        return Err(ApiError::session_expired());
    }
    Ok(())
}

/// Stores a change, after checking again, in the same transaction, that consent is recorded and that the session still
/// takes changes.
///
/// # Errors
/// Those of `work`; 403, 404, 409 (also `session_finalizing` while a verdict is being made).
pub async fn change<S: SdkSession, E: Into<ApiError>>(
    ctx: &Sdk,
    session: &S,
    now_ms: i64,
    work: impl FnOnce(&Connection, &S) -> Result<(), E> + Send + 'static,
) -> Result<(), ApiError> {
    let (session_id, client_id) = (session.session_id().to_owned(), session.client_id().to_owned());
    ctx.store
        .run(move |c| -> Result<_, ApiError> {
            finalization::begin_change(c, S::TABLE, &session_id, now_ms)?;
            let session = S::read(c, &session_id, &client_id)?;
            require_open(&session, now_ms)?;
            session.require_consent()?;
            work(c, &session).map_err(E::into)
        })
        .await
}
