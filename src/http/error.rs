//! From a refusal to a status and a JSON body: the one translator of this edge.
//!
//! It must not know what was asked. Invariant: every answer that isn't a success is a
//! [`Refusal`] as JSON, and says nothing of the inside of the server.

use std::error::Error;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::value::Error as PlainError;

use crate::app::unreadable;
use crate::auth::Denied;
use crate::protocol::{Code, Refusal};

/// The longest message about a value that a client sent, in characters.
const MESSAGE_CHARS: usize = 300;

/// A refusal on its way out.
#[derive(Debug)]
pub(super) struct Refused(pub(super) Refusal);

/// What a handler returns.
pub(super) type Answer<T> = Result<T, Refused>;

/// The status that goes with a code.
pub(super) fn status(code: Code) -> StatusCode {
    match code {
        Code::Malformed | Code::UnknownType | Code::Invalid => StatusCode::BAD_REQUEST,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::Forbidden | Code::PasswordChange => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::IllegalMove
        | Code::Conflict
        | Code::IdReused
        | Code::OffDuty
        | Code::NoConsent
        | Code::NoGrant => StatusCode::CONFLICT,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::TooMany | Code::Locked => StatusCode::TOO_MANY_REQUESTS,
        Code::Busy | Code::OutcomeUnknown => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = status(self.0.code);
        let mut response = (status, Json(self.0)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl From<Denied> for Refused {
    fn from(denied: Denied) -> Self {
        Self(Refusal::new(Code::Forbidden, denied.to_string()))
    }
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self(unreadable(error))
    }
}

impl From<JsonRejection> for Refused {
    fn from(rejection: JsonRejection) -> Self {
        let malformed = |message| Refusal::new(Code::Malformed, message);
        Self(match &rejection {
            JsonRejection::JsonDataError(_) => explain::<serde_json::Error>(&rejection),
            JsonRejection::JsonSyntaxError(_) => malformed("the body is not JSON"),
            JsonRejection::MissingJsonContentType(_) => {
                malformed("the body's type must be application/json")
            }
            other if other.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Refusal::new(Code::TooLarge, "the body is larger than 64 KiB")
            }
            _ => malformed("the body could not be read"),
        })
    }
}

impl From<QueryRejection> for Refused {
    fn from(rejection: QueryRejection) -> Self {
        Self(explain::<PlainError>(&rejection))
    }
}

impl From<PathRejection> for Refused {
    fn from(_: PathRejection) -> Self {
        Self(Refusal::new(Code::Malformed, "the path is not text"))
    }
}

/// A path that is there, asked in another way.
pub(super) async fn no_such_method() -> Response {
    let refusal = Refusal::new(Code::NotFound, "nothing is done here in this way");
    (StatusCode::METHOD_NOT_ALLOWED, Json(refusal)).into_response()
}

/// What was wrong with which field, as serde says it.
fn explain<E: Error + 'static>(rejection: &dyn Error) -> Refusal {
    let mut cause = rejection.source();
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<serde_path_to_error::Error<E>>() {
            return about(&found.path().to_string(), &found.inner().to_string());
        }
        cause = error.source();
    }
    Refusal::new(Code::Invalid, "a value can't be read")
}

fn about(path: &str, message: &str) -> Refusal {
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let field = match (path, missing) {
        (".", Some(missing)) => missing.to_owned(),
        (path, Some(missing)) => format!("{path}.{missing}"),
        (path, None) => path.to_owned(),
    };
    // Where in the text it stands helps nobody who sent it in code.
    let message = message.split(" at line ").next().unwrap_or_default();
    let message: String = message.chars().take(MESSAGE_CHARS).collect();
    let of_type = message.starts_with("unknown variant") && field.ends_with("type");
    let refusal = Refusal::new(if of_type { Code::UnknownType } else { Code::Invalid }, message);
    if field == "." { refusal } else { refusal.about(&field) }
}

#[cfg(test)]
mod tests {
    use axum::extract::Query;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read to see what fails")]
    struct Asked {
        limit: Option<u32>,
        name: String,
    }

    #[test]
    fn a_wrong_parameter_is_named() {
        for (query, field) in [("limit=x&name=a", "limit"), ("limit=1", "name")] {
            let uri = format!("/?{query}").parse().unwrap();
            let refused = Refused::from(Query::<Asked>::try_from_uri(&uri).unwrap_err());
            assert_eq!(refused.0.code, Code::Invalid);
            assert_eq!(refused.0.field.as_deref(), Some(field), "{query}: {refused:?}");
        }
    }

    #[test]
    fn a_wrong_field_of_a_body_is_named() {
        for (body, code, field) in [
            (r#"{"limit":"x","name":"a"}"#, Code::Invalid, Some("limit")),
            (r#"{"limit":1}"#, Code::Invalid, Some("name")),
            ("[7", Code::Malformed, None),
            ("7", Code::Invalid, None),
        ] {
            let refused = Refused::from(Json::<Asked>::from_bytes(body.as_bytes()).unwrap_err());
            assert_eq!((refused.0.code, refused.0.field.as_deref()), (code, field), "{body}");
        }
    }

    #[test]
    fn every_code_has_a_status_of_failure() {
        for code in Code::ALL {
            let status = status(*code);
            assert!(status.is_client_error() || status.is_server_error(), "{code}");
        }
    }
}
