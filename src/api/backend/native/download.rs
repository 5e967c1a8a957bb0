//! A file on its way: read piece by piece, never as a whole unless asked for.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use reqwest::header::CONTENT_TYPE;

use crate::api::errors::{ApiError, ApiErrorCode};

/// The body of a success. Dropping it ends the transfer.
pub struct Download {
    response: reqwest::Response,
    patience: Duration,
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("content_type", &self.content_type()).field("length", &self.length()).finish()
    }
}

impl Download {
    pub(super) fn new(response: reqwest::Response, patience: Duration) -> Self {
        Self { response, patience }
    }

    /// The media type, as `image/jpeg`, `application/pdf`, `video/mp4`.
    pub fn content_type(&self) -> Option<&str> {
        self.response.headers().get(CONTENT_TYPE)?.to_str().ok()
    }

    /// How many bytes there will be, where the server said so.
    pub fn length(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// [`ApiErrorCode::NetworkFailed`] where the line breaks, [`ApiErrorCode::Timeout`] where nothing comes any more.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, ApiError> {
        match tokio::time::timeout(self.patience, self.response.chunk()).await {
            Ok(Ok(chunk)) => Ok(chunk),
            Ok(Err(_)) => Err(ApiError::local(ApiErrorCode::NetworkFailed)),
            Err(_) => Err(ApiError::local(ApiErrorCode::Timeout)),
        }
    }

    /// The pieces as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, ApiError>> + Send {
        stream::try_unfold(
            self,
            |mut download| async move { Ok(download.chunk().await?.map(|chunk| (chunk, download))) },
        )
    }

    /// All of it, of at most `limit` bytes.
    ///
    /// # Errors
    /// As [`Download::chunk`]; [`ApiErrorCode::ReplyTooLarge`].
    pub async fn bytes(mut self, limit: usize) -> Result<Bytes, ApiError> {
        let mut all = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if all.len() + chunk.len() > limit {
                return Err(ApiError::local(ApiErrorCode::ReplyTooLarge));
            }
            all.extend_from_slice(&chunk);
        }
        Ok(all.into())
    }
}
