//! The socket as the WebSocket's reader sees it: it reads by itself, and what it writes (pongs, the answer to a close)
//! goes the way of all frames, so that it never lands within another.

use std::{
    io::{Error, ErrorKind, Result},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{
    fragments::Fragments,
    outbox::{Outbox, Pushed},
};

/// A connection's socket.
pub(super) struct Wire {
    outbox: Arc<Outbox>,
    fragments: Fragments,
    shredded: bool,
}

impl Wire {
    /// `early` has been read from the socket already, and is read from elsewhere.
    pub(super) fn new(outbox: Arc<Outbox>, early: &[u8]) -> Self {
        let mut fragments = Fragments::default();
        let shredded = !fragments.bears(early);
        Self { outbox, fragments, shredded }
    }

    /// Whether reading ended because a message came in too many parts.
    pub(super) fn is_shredded(&self) -> bool {
        self.shredded
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        if self.shredded {
            return Poll::Ready(Err(Error::from(ErrorKind::InvalidData)));
        }
        loop {
            ready!(self.outbox.stream().poll_read_ready(cx))?;
            let read = self.outbox.stream().try_read(buffer.initialize_unfilled());
            match read {
                Ok(count) => {
                    let came = buffer.initialize_unfilled().get(..count).unwrap_or_default();
                    if !self.fragments.bears(came) {
                        self.shredded = true;
                        return Poll::Ready(Err(Error::from(ErrorKind::InvalidData)));
                    }
                    buffer.advance(count);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        match self.outbox.push(&Bytes::copy_from_slice(bytes)) {
            Pushed::Taken => Poll::Ready(Ok(bytes.len())),
            Pushed::Dropped | Pushed::CutOff | Pushed::Closed => Poll::Ready(Err(Error::from(ErrorKind::BrokenPipe))),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }
}
