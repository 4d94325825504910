//! Whole events.

use std::{io, sync::Arc, time::Duration};

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream, stream::BoxStream};
use houselights_domain::Duty;
use houselights_shared::{EventId, OrganisationId, Refusal};
use serde::Serialize;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    sync::Mutex,
    time::timeout,
};
use tokio_util::io::StreamReader;

use super::{Named, Untaken, Wrong, event, file, id, viewer};
use crate::{
    app::App,
    archive::{self, ArchiveError, Import, MAX_LINE_BYTES},
    clock,
    graphql::input,
    http::refusal::ApiRefusal,
    store::StoreError,
};

/// The largest archive.
const MOST_BYTES: u64 = 512 * 1024 * 1024;
/// How long a line may take to come.
const LINE_WITHIN: Duration = Duration::from_secs(30);
/// How long the rest of an archive that was refused may take to come.
const DRAIN_WITHIN: Duration = Duration::from_mins(2);

/// An event that was taken in.
#[derive(Serialize)]
pub(in crate::http) struct Taken {
    event: EventId,
    /// Whether people knew of it where it came from: it is a draft here, so that nobody hears of it from two servers.
    held_back: bool,
}

/// `GET /api/events/{id}/archive`.
pub(in crate::http) async fn whole(
    State(app): State<Arc<App>>,
    named: Named,
    mut request: Request,
) -> Result<Response, ApiRefusal> {
    let event = event(&app, named, &mut request, Duty::Export).await?;
    let lines = archive::export(app.store.clone(), event.id);
    Ok(file(&event, "archive.jsonl", "application/jsonl", Body::from_stream(lines)))
}

/// `POST /api/organisations/{id}/archives`: the archive, line by line as it comes.
pub(in crate::http) async fn import(
    State(app): State<Arc<App>>,
    named: Named,
    mut request: Request,
) -> Result<(StatusCode, Json<Taken>), Untaken> {
    let organisation: OrganisationId = id(named)?;
    let viewer = viewer(&app, &mut request).await?;
    viewer.on_organisation(&app, organisation, Duty::CreateEvent).await?;
    // There are people in it.
    viewer.on_organisation(&app, organisation, Duty::ManagePeople).await?;
    let to = Import { organisation, other_slug: input::another_slug("event")?, now: clock::now() };
    let body = bounded(request.into_body().into_data_stream().map_err(io::Error::other), MOST_BYTES);
    let body = Arc::new(Mutex::new(BufReader::new(StreamReader::new(body.boxed()))));
    let lines = lines(Arc::clone(&body));
    // To its end, also where whoever sends it hangs up: what was stored is taken back then.
    let importing = Arc::clone(&app);
    let taken = app.tasks.spawn(async move {
        let stopped = importing.draining.clone().cancelled_owned();
        archive::import(&importing, lines.take_until(stopped).boxed(), &to).await
    });
    let taken = taken.await.map_err(|_| StoreError::Unavailable("an import broke off".to_owned()))?;
    if taken.is_err() {
        tokio::select! {
            () = drain(&body) => {}
            () = app.draining.cancelled() => {}
        }
    }
    match taken {
        Ok(archive::Taken { event, is_held_back }) => Ok((StatusCode::CREATED, Json(Taken { event, held_back: is_held_back }))),
        Err(ArchiveError::Line { line, what }) => Err(fault(line, "archive", what)),
        Err(ArchiveError::TooLarge { line, what }) => Err(fault(line, "archive_too_large", what)),
        Err(underway @ ArchiveError::Underway) => Err(fault(1, "archive_underway", underway.to_string())),
        Err(ArchiveError::Known) => Err(ApiRefusal::new(StatusCode::CONFLICT, Refusal::Malformed).into()),
        Err(ArchiveError::Store(error)) => Err(error.into()),
    }
}

fn fault(line: usize, code: &'static str, what: String) -> Untaken {
    let line = line.try_into().unwrap_or(u64::MAX);
    let wrong = Wrong::new(line, None, (code, &what));
    Untaken::faults(vec![Wrong { detail: Some(what), ..wrong }])
}

/// A body that ends with [`io::ErrorKind::FileTooLarge`] once it is longer than this.
fn bounded(
    body: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    most: u64,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let mut gone = 0;
    body.map(move |piece| {
        let piece = piece?;
        gone += piece.len() as u64;
        if gone > most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(piece) }
    })
}

type Pieces = BufReader<StreamReader<BoxStream<'static, io::Result<Bytes>>, Bytes>>;

/// The lines of a body as they come.
fn lines(body: Arc<Mutex<Pieces>>) -> impl Stream<Item = Result<String, ArchiveError>> + Send {
    stream::try_unfold((body, 1_usize), |(body, line)| async move {
        let wrong = |what: &str| ArchiveError::Line { line, what: what.to_owned() };
        let mut text = String::new();
        let mut reader = body.lock().await;
        // One byte more than may be tells a line that is too long.
        let mut bounded = (&mut *reader).take(MAX_LINE_BYTES as u64 + 1);
        let read = timeout(LINE_WITHIN, bounded.read_line(&mut text)).await;
        drop(reader);
        let read = read.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        let read = read.map_err(|error| {
            if error.kind() == io::ErrorKind::FileTooLarge {
                return ArchiveError::TooLarge { line, what: "an archive has at most 512 MB".to_owned() };
            }
            wrong("the archive broke off, or is no text")
        })?;
        if read > MAX_LINE_BYTES {
            return Err(wrong("the line is too long"));
        }
        Ok((read > 0).then_some((text, (body, line + 1))))
    })
}

/// Takes the rest of a body that is of no use any more: whoever is still sending it would not hear the answer otherwise.
async fn drain(body: &Mutex<Pieces>) {
    let mut body = body.lock().await;
    let to_the_end = async { tokio::io::copy(&mut *body, &mut tokio::io::sink()).await };
    let _ = timeout(DRAIN_WITHIN, to_the_end).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_that_is_too_long_is_told_as_that() {
        let body = |most| {
            let pieces = ["{}\n", "{}\n", "{}"].map(|piece| Ok(Bytes::from_static(piece.as_bytes())));
            let body = bounded(stream::iter(pieces), most);
            lines(Arc::new(Mutex::new(BufReader::new(StreamReader::new(body.boxed())))))
        };
        assert_eq!(body(8).try_collect::<Vec<_>>().await.expect("as long as may be"), ["{}\n", "{}\n", "{}"]);
        let refused = body(5).try_collect::<Vec<_>>().await;
        assert!(matches!(refused, Err(ArchiveError::TooLarge { line: 2, .. })), "{refused:?}");
    }
}
