//! KYC API 2.10.15 for a backend: a token by client credentials, which all clones of a client share.

use std::sync::Arc;

use futures_util::stream::{self, Stream};

use super::download::Download;
use super::http::{Authorize, Headers, Http, Nothing, Settings, now_ms};
use crate::api::backend::call::{Call, Credentials, REPLY_LIMIT, Secret};
use crate::api::backend::kyc::kyc_operations;
use crate::api::backend::kyc::{self as calls, PAGE, Paged};
use crate::api::backend::rejection::{BackendError, NoRejection};
use crate::api::backend::token::{self, TokenState, TokenStore};
use crate::api::errors::ApiError;
use crate::api::http::InvalidOption;
use crate::api::json::Empty;
use crate::api::kyc::ida::*;
use crate::api::kyc::identity::*;
use crate::api::kyc::idv::*;
use crate::api::kyc::idv_lists::*;
use crate::api::kyc::requirements::*;
use crate::api::kyc::routes::RouteTable;
use crate::api::kyc::utility::*;
use crate::api::kyc::webhook::*;
use crate::api::kyc::weights::{WeightsQuery, WeightsReply, WeightsUpdateRequest};

/// What a call brings, or why not.
type Outcome<T> = Result<T, BackendError<NoRejection>>;

/// The KYC API.
#[derive(Clone)]
pub struct KycClient {
    shared: Arc<Shared>,
}

/// What clones have in common.
struct Shared {
    http: Http,
    routes: RouteTable,
    client_id: String,
    secret: Secret,
    /// StoredToken while a token is asked for: the others wait for it and do not ask themselves.
    tokens: tokio::sync::Mutex<TokenStore>,
}

impl std::fmt::Debug for KycClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KycClient")
            .field("http", &self.shared.http)
            .field("client_id", &self.shared.client_id)
            .finish_non_exhaustive()
    }
}

impl Authorize for Shared {
    const RENEWABLE: bool = true;

    async fn headers(&self, call: &Call) -> Result<Headers, ApiError> {
        if call.credentials != Credentials::Bearer {
            return Ok(Vec::new());
        }
        let mut tokens = self.tokens.lock().await;
        let expiring = match tokens.state(now_ms()) {
            TokenState::Fresh(token) => return Ok(self.with_token(token)),
            TokenState::Expiring(token) => Some(token.to_owned()),
            TokenState::Missing => None,
        };
        match (self.renew(&mut tokens).await, expiring) {
            (Ok(token), _) => Ok(self.with_token(&token)),
            // Renewal before expiry failed: the current token is still valid.
            (Err(_), Some(token)) => Ok(self.with_token(&token)),
            (Err(error), None) => Err(error),
        }
    }

    async fn refused(&self, headers: &Headers) {
        let token = headers.iter().find_map(|(_, value)| value.strip_prefix("Bearer "));
        if let Some(token) = token {
            self.tokens.lock().await.invalidate(token);
        }
    }
}

impl Shared {
    fn with_token(&self, token: &str) -> Headers {
        vec![("Authorization", format!("Bearer {token}")), ("X-Client-Id", self.client_id.clone())]
    }

    async fn renew(&self, tokens: &mut TokenStore) -> Result<String, ApiError> {
        let asked_ms = now_ms();
        let request = token::request(&self.routes, &self.client_id, &self.secret);
        let reply = self.http.open::<_, NoRejection>(request, &Nothing, None).await.map_err(|error| match error {
            BackendError::Failed(error) => error,
            BackendError::Rejected(refusal) => match refusal {},
        })?;
        let body = reply.bytes(REPLY_LIMIT).await?;
        tokens.store(&body, asked_ms).map(str::to_owned).map_err(ApiError::local)
    }
}

impl KycClient {
    /// A client with the default settings and routes.
    ///
    /// # Errors
    /// [`InvalidOption`]
    pub fn new(base_url: &str, client_id: &str, client_secret: &str) -> Result<Self, InvalidOption> {
        Self::with_settings(base_url, client_id, client_secret, RouteTable::default(), Settings::default())
    }

    /// A client.
    ///
    /// # Errors
    /// [`InvalidOption`]
    pub fn with_settings(
        base_url: &str,
        client_id: &str,
        client_secret: &str,
        routes: RouteTable,
        settings: Settings,
    ) -> Result<Self, InvalidOption> {
        Secret::for_header("clientId", client_id)?;
        let shared = Shared {
            http: Http::new(base_url, settings)?,
            routes,
            client_id: client_id.to_owned(),
            secret: Secret::new("clientSecret", client_secret)?,
            tokens: tokio::sync::Mutex::default(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// A token for a browser, bound to one session: what the integrator's page asks its own backend for. Each
    /// call creates another one; it is not the one that this client uses.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn session_token(&self, session_id: &str) -> Outcome<crate::api::kyc::oauth::TokenReply> {
        let call = token::session_request(&self.shared.routes, &self.shared.client_id, &self.shared.secret, session_id);
        self.shared.http.fetch(call, &Nothing).await
    }

    /// *get weights by id*.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn idv_weights_get_by_id(&self, id: &str) -> Outcome<WeightsReply> {
        self.fetch(calls::idv_weights_get_by_id(&self.shared.routes, id)).await
    }

    async fn fetch<T: serde::de::DeserializeOwned>(&self, call: Call) -> Outcome<T> {
        self.shared.http.fetch(call, &*self.shared).await
    }

    async fn open(&self, call: Call) -> Outcome<Download> {
        self.shared.http.open(call, &*self.shared, None).await
    }
}

/// A list that is being read.
struct Reading<R: Paged> {
    client: KycClient,
    request: R,
    skip: u32,
    take: u32,
    page: std::vec::IntoIter<R::Item>,
    ended: bool,
}

impl<R: Paged> Reading<R> {
    fn new(client: KycClient, request: R) -> Self {
        let (skip, take) = request.begin();
        Self { client, request, skip, take: take.unwrap_or(PAGE), page: Vec::new().into_iter(), ended: false }
    }

    /// Takes a page. A server may give fewer than were asked for; only an empty page, or the count, is an end.
    fn turn(&mut self, reply: R::Reply) {
        let (items, total) = R::items(reply);
        self.skip = self.skip.saturating_add(u32::try_from(items.len()).unwrap_or(u32::MAX));
        self.ended = items.is_empty() || u64::from(self.skip) >= total;
        self.page = items.into_iter();
    }
}

/// One stream per list: page after page, each asked for when it is wanted.
macro_rules! lists {
    ($($(#[$doc:meta])* $list:ident($request:ty) -> $item:ty, $page:ident;)+) => {
        impl KycClient {
            $($(#[$doc])*
            pub fn $list(&self, request: $request) -> impl Stream<Item = Outcome<$item>> + Send + use<> {
                stream::try_unfold(Reading::new(self.clone(), request), |mut reading| async move {
                    loop {
                        if let Some(item) = reading.page.next() {
                            return Ok(Some((item, reading)));
                        }
                        if reading.ended {
                            return Ok(None);
                        }
                        let page = reading.request.page(reading.skip, reading.take);
                        let reply = reading.client.$page(&page).await?;
                        reading.turn(reply);
                    }
                })
            })+
        }
    };
}

lists! {
    /// All sessions that meet the request's filters; its `take` is the size of a page, its `skip` where to begin.
    idv_sessions(SessionListRequest) -> SessionSummary, idv_session_list;
    /// All documents of a session.
    idv_documents(DocumentListRequest) -> DocumentReadReply, idv_document_list;
    /// All IDA sessions that meet the request's filters.
    ida_sessions(IdaSessionListRequest) -> IdaSessionSummary, ida_session_list;
    /// All identities that meet the request's filters.
    identities(IdentityListRequest) -> Identity, identity_list;
    /// All webhooks that meet the request's filters.
    webhooks(WebhookListRequest) -> Webhook, webhook_list;
}

/// One method per operation.
macro_rules! methods {
    (
        post {
            $($(#[$post_doc:meta])* $post:ident($post_in:ty)
                -> $post_out:ty, $post_table:ident::$post_op:ident, $repeat:ident;)*
        }
        get { $($(#[$get_doc:meta])* $get:ident($get_in:ty) -> $get_out:ty, $get_table:ident::$get_op:ident;)* }
        utility {
            $($(#[$utility_doc:meta])* $utility:ident() -> $utility_out:ty, $utility_table:ident::$utility_op:ident;)*
        }
        download {
            $($(#[$download_doc:meta])* $download:ident($download_in:ty), $download_table:ident::$download_op:ident;)*
        }
    ) => {
        impl KycClient {
            $($(#[$post_doc])*
            ///
            /// # Errors
            /// [`BackendError`]
            pub async fn $post(&self, request: &$post_in) -> Outcome<$post_out> {
                self.fetch(calls::$post(&self.shared.routes, request)).await
            })*

            $($(#[$get_doc])*
            ///
            /// # Errors
            /// [`BackendError`]
            pub async fn $get(&self, query: &$get_in) -> Outcome<$get_out> {
                self.fetch(calls::$get(&self.shared.routes, query)).await
            })*

            $($(#[$utility_doc])*
            ///
            /// # Errors
            /// [`BackendError`]
            pub async fn $utility(&self) -> Outcome<$utility_out> {
                self.fetch(calls::$utility(&self.shared.routes)).await
            })*

            $($(#[$download_doc])*
            ///
            /// # Errors
            /// [`BackendError`]
            pub async fn $download(&self, request: &$download_in) -> Outcome<Download> {
                self.open(calls::$download(&self.shared.routes, request)).await
            })*
        }
    };
}

kyc_operations!(methods);
