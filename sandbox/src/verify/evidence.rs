//! What the stored images show, by the core's own detectors.

use super::StoredImages;
use super::decide::{Date, Evidence};
use crate::errors::ApiError;
use crate::models::Models;

/// Looks at every image.
///
/// # Errors
/// 503 without the models.
pub fn gather(
    models: &Models,
    _stored: &StoredImages,
    _today: Date,
    _document_id: String,
) -> Result<Evidence, ApiError> {
    Err(ApiError::model_unavailable(&models.missing().unwrap_or_default()))
}
