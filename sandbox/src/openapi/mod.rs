//! Every operation that this server answers, in one table: what the vendors' texts say of it ([`document`]), the types
//! of its bodies and the statuses of its replies ([`table`]), and an example ([`examples`]). From it come
//! `GET /openapi.json` ([`generate`]) and the page `GET /docs` ([`page`]).

pub mod base_url;
pub mod document;
pub mod examples;
pub mod generate;
pub mod page;
pub mod table;

use axum::Router;
use axum::extract::FromRef;
use axum::routing::get;

/// The routes of the document and of its page.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    page::Specimens: FromRef<S>,
{
    Router::new()
        .route("/openapi.json", get(generate::serve))
        .route("/docs", get(page::serve))
        .route("/docs/page.css", get(page::style))
        .route("/docs/page.js", get(page::script))
        .route("/docs/specimen/{name}", get(page::specimen))
}
