//! Files between the server and this computer. They go from the disk to the network and back piece by piece, however large they are,
//! and are never whole in memory.

use std::{
    fmt::Display,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use futures_util::TryStreamExt;
use houselights_shared::{EventId, OrganisationId, RegistrationId};
use reqwest::{Body, Method, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use tokio::{
    fs::{self, File},
    io::{AsyncWriteExt, BufWriter},
    time::timeout,
};
use tokio_util::{io::ReaderStream, sync::CancellationToken};

use super::{
    Desk,
    api::{Access, Api, Failure, exchange, lost, refused, unreadable},
};
use crate::ipc::{
    ApiCode, ApiProblem, FileFault, FileProgress, FileReport, FileTaken, ReportFormat, ReportOn, RoomsReport, ServerFile,
};

/// A table or a calendar has come or gone within this time; the server gives it a little less.
const WITHIN: Duration = Duration::from_mins(6);
/// A whole event has pictures and the logs of its rooms.
const ARCHIVE_WITHIN: Duration = Duration::from_hours(2);
/// What is saved comes on within this time, or does not come.
const NEXT_WITHIN: Duration = Duration::from_mins(1);
/// The largest table or calendar, and the largest archive, that a server takes.
const LARGEST: u64 = 5 * 1024 * 1024;
const LARGEST_ARCHIVE: u64 = 512 * 1024 * 1024;
/// The largest report on a file that is read, in bytes: a line of it for each of the file's.
const LARGEST_REPORT: usize = 32 * 1024 * 1024;
/// How often it is told how far a file is.
const TOLD_EVERY: Duration = Duration::from_millis(100);

/// Hears how far a file is.
pub(crate) type Progress = Arc<dyn Fn(FileProgress) + Send + Sync>;

/// What a server says of a file that it was handed.
#[derive(Deserialize)]
struct Faults {
    faults: Vec<FileFault>,
    #[serde(default)]
    taken: FileReport,
}

#[derive(Deserialize)]
struct TakenIn {
    event: String,
    #[serde(default)]
    held_back: bool,
}

impl Desk {
    /// Writes one of the server's files to `path`: all of it, or nothing. Whether it was written: the person may have stopped it.
    ///
    /// # Errors
    /// `OFFLINE` where the server cannot be reached or breaks off, `NOT_KEPT` where it cannot be written, or the server's refusal.
    pub(crate) async fn save_file(
        &self,
        file: ServerFile,
        id: &str,
        path: &Path,
        progress: Progress,
    ) -> Result<bool, ApiProblem> {
        self.save((&saved_from(file, id)?, within(file)), path, progress).await
    }

    /// Writes a report on an event's rooms to `path`.
    ///
    /// # Errors
    /// As [`save_file`](Self::save_file).
    pub(crate) async fn save_report(&self, report: RoomsReport, path: &Path, progress: Progress) -> Result<bool, ApiProblem> {
        self.save((&reported(report), WITHIN), path, progress).await
    }

    /// What is being saved is not wanted any more: what was written of it goes.
    pub(crate) fn stop_saving(&self) {
        if let Ok(saving) = self.0.saving.lock() {
            saving.cancel();
        }
    }

    async fn save(&self, (route, within): (&str, Duration), path: &Path, progress: Progress) -> Result<bool, ApiProblem> {
        let stopped = CancellationToken::new();
        if let Ok(mut saving) = self.0.saving.lock() {
            *saving = stopped.clone();
        }
        let (account, token) = self.signed_in().await?;
        let access = Access { server: &account.server, token: &token };
        let response = match self.0.api.file(&access, Method::GET, route, within) {
            Ok(request) => tokio::select! {
                response = asked(request) => response,
                () = stopped.cancelled() => return Ok(false),
            },
            Err(failure) => Err(failure),
        };
        match response {
            Ok(response) => write(response, path, progress, &stopped).await,
            // It changes nothing there: whatever went wrong on the way, it can be asked for again.
            Err(Failure::Late | Failure::Lost | Failure::Huge | Failure::Faulty(None)) => Err(away()),
            Err(failure) => Err(self.not_changed(failure, &token).await),
        }
    }

    /// Hands a file over, and says what became of it.
    ///
    /// # Errors
    /// `FILE_UNREADABLE`, `TOO_LARGE`, and as [`Desk::change`]; `CONFLICT` where the server has the event of an archive already.
    pub(crate) async fn send_file(
        &self,
        file: ServerFile,
        id: &str,
        path: &Path,
        progress: Progress,
    ) -> Result<FileTaken, ApiProblem> {
        let route = handed_to(file, id, path)?;
        let unreadable_file = |error: &dyn Display| ApiProblem::new(ApiCode::FileUnreadable, error.to_string());
        let opened = File::open(path).await.map_err(|error| unreadable_file(&error))?;
        let length = opened.metadata().await.map_err(|error| unreadable_file(&error))?.len();
        if length > largest(file) {
            return Err(ApiProblem::new(ApiCode::TooLarge, "the file is larger than the server takes"));
        }
        let (account, token) = self.signed_in().await?;
        let access = Access { server: &account.server, token: &token };
        let meter = Meter::new(Some(length), progress);
        let pieces = ReaderStream::with_capacity(opened, 64 * 1024).inspect_ok(move |piece| meter.add(piece.len()));
        let sent = match self.0.api.file(&access, Method::POST, &route, within(file)) {
            Ok(request) => exchange(request.body(Body::wrap_stream(pieces)), LARGEST_REPORT).await,
            Err(failure) => Err(failure),
        };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match sent.and_then(|(status, body)| read(status, &body, (file, name))) {
            Ok(answer) => Ok(answer),
            Err(failure) => Err(self.not_changed(failure, &token).await),
        }
    }
}

impl Api {
    fn file(&self, access: &Access<'_>, method: Method, route: &str, within: Duration) -> Result<RequestBuilder, Failure> {
        let client = self.client().map_err(|_| Failure::NotSent)?;
        let request = client.request(method, format!("{}{route}", access.server));
        Ok(request.bearer_auth(access.token.as_str()).timeout(within))
    }
}

/// The beginning of an answer that is a file.
async fn asked(request: RequestBuilder) -> Result<Response, Failure> {
    let response = timeout(NEXT_WITHIN, request.send()).await.map_err(|_| Failure::Late)?.map_err(lost)?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    if status == StatusCode::UNAUTHORIZED {
        return Err(Failure::LoginOver);
    }
    let body = crate::session::http::body(response, LARGEST_REPORT).await.unwrap_or_default();
    Err(unreadable(status, &body))
}

fn away() -> ApiProblem {
    ApiProblem::new(ApiCode::Offline, "the server cannot be reached, or broke off")
}

/// Under another name until it is whole, so that what was there stays until then.
async fn write(
    mut response: Response,
    path: &Path,
    progress: Progress,
    stopped: &CancellationToken,
) -> Result<bool, ApiProblem> {
    let part = beside(path);
    let meter = Meter::new(response.content_length(), progress);
    let written = async {
        let mut out = BufWriter::new(File::create(&part).await?);
        loop {
            let next = tokio::select! {
                next = timeout(NEXT_WITHIN, response.chunk()) => next,
                () = stopped.cancelled() => return Err(Broken::Stopped),
            };
            match next.map_err(|_| Broken::Away)?.map_err(|_| Broken::Away)? {
                Some(piece) => {
                    meter.add(piece.len());
                    out.write_all(&piece).await?;
                }
                None => break,
            }
        }
        out.flush().await?;
        out.get_ref().sync_all().await?;
        fs::rename(&part, path).await?;
        Ok(())
    };
    let outcome: Result<(), Broken> = written.await;
    if outcome.is_err() {
        let _ = fs::remove_file(&part).await;
    }
    match outcome {
        Ok(()) => Ok(true),
        Err(Broken::Stopped) => Ok(false),
        Err(Broken::Away) => Err(away()),
        Err(Broken::Disk(error)) => Err(ApiProblem::new(ApiCode::NotKept, error.to_string())),
    }
}

/// Why a file is not whole.
enum Broken {
    /// The person does not want it any more.
    Stopped,
    Away,
    Disk(io::Error),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

fn read(status: StatusCode, body: &[u8], (file, name): (ServerFile, String)) -> Result<FileTaken, Failure> {
    let empty = FileTaken { name, taken: FileReport::default(), faults: Vec::new(), event: None, held_back: false };
    let is_archive = file == ServerFile::Archive;
    if status.is_success() && is_archive {
        let TakenIn { event, held_back } = serde_json::from_slice(body).map_err(|_| Failure::Lost)?;
        return Ok(FileTaken { event: Some(event), held_back, ..empty });
    }
    if status.is_success() {
        let taken = serde_json::from_slice(body).map_err(|_| Failure::Lost)?;
        return Ok(FileTaken { taken, ..empty });
    }
    if let Ok(Faults { faults, taken }) = serde_json::from_slice(body) {
        return Ok(FileTaken { taken, faults, ..empty });
    }
    if status == StatusCode::CONFLICT && is_archive {
        return Err(refused(ApiCode::Conflict, "the server has this event already"));
    }
    Err(unreadable(status, body))
}

fn saved_from(file: ServerFile, id: &str) -> Result<String, ApiProblem> {
    let of_event = |what| Ok(format!("/api/events/{}/{what}", event(id)?));
    match file {
        ServerFile::Attendees => of_event("attendees.csv"),
        ServerFile::Agenda => of_event("agenda.csv"),
        ServerFile::Calendar => of_event("agenda.ics"),
        ServerFile::Archive => of_event("archive"),
        ServerFile::Person => {
            let registration: RegistrationId = id.parse().map_err(|_| ApiProblem::bad("id", "this is no registration's id"))?;
            Ok(format!("/api/registrations/{registration}/data"))
        }
    }
}

fn reported(RoomsReport { event, room, on, format }: RoomsReport) -> String {
    let name = match on {
        ReportOn::Log => "log",
        ReportOn::Chat => "chat",
        ReportOn::Questions => "questions",
        ReportOn::Polls => "polls",
        ReportOn::Votes => "votes",
        ReportOn::Audit => "audit",
    };
    let kind = match format {
        ReportFormat::Csv => "csv",
        ReportFormat::Jsonl => "jsonl",
    };
    let of_room = room.map(|room| format!("?room={room}")).unwrap_or_default();
    format!("/api/events/{event}/reports/{name}.{kind}{of_room}")
}

fn handed_to(file: ServerFile, id: &str, path: &Path) -> Result<String, ApiProblem> {
    let is_calendar = path.extension().is_some_and(|kind| kind.eq_ignore_ascii_case("ics"));
    match file {
        ServerFile::Attendees => Ok(format!("/api/events/{}/attendees.csv", event(id)?)),
        ServerFile::Agenda if !is_calendar => Ok(format!("/api/events/{}/agenda.csv", event(id)?)),
        ServerFile::Agenda | ServerFile::Calendar => Ok(format!("/api/events/{}/agenda.ics", event(id)?)),
        ServerFile::Archive => {
            let organisation: OrganisationId = id.parse().map_err(|_| ApiProblem::bad("id", "this is no organisation's id"))?;
            Ok(format!("/api/organisations/{organisation}/archives"))
        }
        ServerFile::Person => Err(ApiProblem::bad("file", "this is only to be saved")),
    }
}

fn event(id: &str) -> Result<EventId, ApiProblem> {
    id.parse().map_err(|_| ApiProblem::bad("id", "this is no event's id"))
}

fn within(file: ServerFile) -> Duration {
    if file == ServerFile::Archive { ARCHIVE_WITHIN } else { WITHIN }
}

fn largest(file: ServerFile) -> u64 {
    if file == ServerFile::Archive { LARGEST_ARCHIVE } else { LARGEST }
}

/// Tells how far a file is, and not more often than one can see.
struct Meter {
    of: Option<u64>,
    progress: Progress,
    /// How much went, and when that was told.
    gone: Mutex<(u64, Instant)>,
}

impl Meter {
    fn new(of: Option<u64>, progress: Progress) -> Self {
        progress(FileProgress { bytes: 0, of });
        Self { of, progress, gone: Mutex::new((0, Instant::now())) }
    }

    fn add(&self, more: usize) {
        let Ok(mut gone) = self.gone.lock() else { return };
        gone.0 += more as u64;
        if Some(gone.0) == self.of || gone.1.elapsed() >= TOLD_EVERY {
            gone.1 = Instant::now();
            (self.progress)(FileProgress { bytes: gone.0, of: self.of });
        }
    }
}
