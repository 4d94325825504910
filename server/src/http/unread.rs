//! Requests that are answered before they are read to their end.
//!
//! What is left of such a request stands before the next one on its connection, so the connection ends with it. Whoever would send the next has to know:
//! it would be lost, and nobody could tell whether it was done (RFC 9112, section 9.6).

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderValue, Version, header},
    middleware::Next,
    response::Response,
};
use hyper::body::{Body as HttpBody, Frame, SizeHint};

/// A body that says when it was read to its end.
struct Watched {
    body: Body,
    is_read: Arc<AtomicBool>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.is_none() || self.body.is_end_stream() {
            self.is_read.store(true, Ordering::Relaxed);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Says that the connection ends where the request was not read.
pub(super) async fn told(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let is_read = Arc::new(AtomicBool::new(body.is_end_stream()));
    let is_told = parts.version == Version::HTTP_11;
    let body = Body::new(Watched { body, is_read: Arc::clone(&is_read) });
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if is_told && !is_read.load(Ordering::Relaxed) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
