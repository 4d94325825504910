//! Frames ready to be written: a server's WebSocket frames are not masked (RFC 6455, section 5.1), so the same bytes serve
//! every connection.

use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use houselights_domain::View;
use houselights_shared::{Refusal, Refused, RoomId, ServerFrame, Update, UpdateBody};
use serde::Serialize;
use tokio_tungstenite::tungstenite::protocol::frame::{
    FrameHeader,
    coding::{CloseCode, Control, Data, OpCode},
};

/// The most updates in one frame: a resume of thousands does not become a message of megabytes.
const UPDATES_A_FRAME: usize = 256;

/// For how many others a whole run of show counts: it may be as large as the file of a plan.
const RUN_OF_SHOW_COUNTS: usize = 64;

/// The longest header of a frame that is not masked (RFC 6455, section 5.2).
const MAX_HEADER: usize = 10;

/// As [`ServerFrame::Updates`], over updates that are shared.
#[derive(Serialize)]
struct Batch<'a> {
    frame: &'static str,
    room: RoomId,
    updates: &'a [Arc<Update>],
}

fn header(opcode: OpCode, length: usize, out: &mut BytesMut) {
    let header = FrameHeader { opcode, ..FrameHeader::default() };
    out.reserve(MAX_HEADER + length);
    // Writing into a buffer that grows cannot fail.
    let _ = header.format(length as u64, &mut out.writer());
}

fn push_json(value: &impl Serialize, out: &mut BytesMut) {
    // Our own wire types have string keys and no failing serializers: encoding cannot fail.
    if let Ok(json) = serde_json::to_vec(value) {
        header(OpCode::Data(Data::Text), json.len(), out);
        out.extend_from_slice(&json);
    }
}

/// A frame.
pub(crate) fn encode(frame: &ServerFrame) -> Bytes {
    let mut out = BytesMut::new();
    push_json(frame, &mut out);
    out.freeze()
}

/// One or more frames of updates, in order; one empty frame where there are none.
pub(super) fn encode_updates(room: RoomId, updates: &[Arc<Update>]) -> Bytes {
    let mut out = BytesMut::new();
    if updates.is_empty() {
        push_json(&Batch { frame: "updates", room, updates }, &mut out);
    }
    let mut rest = updates;
    while let Some((updates, others)) = rest.split_at_checked(a_frame_of(rest)).filter(|(updates, _)| !updates.is_empty()) {
        rest = others;
        push_json(&Batch { frame: "updates", room, updates }, &mut out);
    }
    out.freeze()
}

/// How many of these go into the next frame: one at least, where there is one.
fn a_frame_of(updates: &[Arc<Update>]) -> usize {
    let is_plan = |update: &Arc<Update>| matches!(update.body, UpdateBody::RunOfShowSet { .. });
    let counts = |update: &Arc<Update>| if is_plan(update) { RUN_OF_SHOW_COUNTS } else { 1 };
    let mut total = 0;
    updates
        .iter()
        .take_while(|update| {
            total += counts(update);
            total <= UPDATES_A_FRAME
        })
        .count()
}

/// As [`encode_updates`], as they may be seen.
pub(crate) fn encode_updates_for(view: View, room: RoomId, updates: &[Arc<Update>]) -> Bytes {
    encode_updates(room, seen(view, updates).as_deref().unwrap_or(updates))
}

/// As they are seen; nothing where that is as they are. What is hidden in a row is one entry: ten thousand votes are one.
pub(super) fn seen(view: View, updates: &[Arc<Update>]) -> Option<Vec<Arc<Update>>> {
    let mut differs = false;
    let mut theirs: Vec<Arc<Update>> = Vec::with_capacity(updates.len());
    for update in updates {
        let seen = view.seen(update);
        let is_hidden = |update: &Update| update.by.is_none() && matches!(update.body, UpdateBody::Hidden { .. });
        if let Some(last) = theirs.last_mut().filter(|last| is_hidden(last) && is_hidden(&seen)) {
            differs = true;
            *last = Arc::new(Update { seq: last.seq, body: UpdateBody::Hidden { through: Some(seen.last()) }, ..seen });
        } else if seen == **update {
            theirs.push(Arc::clone(update));
        } else {
            differs = true;
            theirs.push(Arc::new(seen));
        }
    }
    differs.then_some(theirs)
}

/// The last frames of a connection: why it ends, and the WebSocket's own close.
pub(crate) fn farewell(refused: Refused) -> Bytes {
    let mut out = BytesMut::new();
    push_json(&ServerFrame::Refused(refused), &mut out);
    let code = if refused.refusal == Refusal::Malformed {
        CloseCode::Protocol
    } else if refused.refusal == Refusal::TooLarge {
        CloseCode::Size
    } else if refused.retry_after_ms.is_some() {
        CloseCode::Again
    } else {
        CloseCode::Policy
    };
    header(OpCode::Control(Control::Close), 2, &mut out);
    out.put_u16(code.into());
    out.freeze()
}

/// A WebSocket ping without content.
pub(crate) fn ping() -> Bytes {
    let mut out = BytesMut::new();
    header(OpCode::Control(Control::Ping), 0, &mut out);
    out.freeze()
}

#[cfg(test)]
mod tests {
    use houselights_shared::{RunOfShow, Seq, Timestamp, UpdateBatch};

    use super::*;

    fn update(seq: u64, body: UpdateBody) -> Arc<Update> {
        let room = RoomId::from_uuid(uuid::Uuid::nil());
        Arc::new(Update { room, seq: Seq::new(seq), at: Timestamp::from_micros(1), by: None, body })
    }

    fn payload(frame: &[u8]) -> &[u8] {
        match frame[1] {
            126 => &frame[4..],
            127 => &frame[10..],
            _ => &frame[2..],
        }
    }

    #[test]
    fn shared_updates_look_like_the_frame_of_the_protocol() {
        let updates = [update(1, UpdateBody::WentLive), update(2, UpdateBody::EndUndone)];
        let ours = encode_updates(updates[0].room, &updates);
        let theirs = ServerFrame::Updates(UpdateBatch {
            room: updates[0].room,
            updates: updates.iter().map(|update| (**update).clone()).collect(),
        });
        assert_eq!(serde_json::from_slice::<ServerFrame>(payload(&ours)).unwrap(), theirs);
        assert_eq!(ours[0], 0x81, "one whole text frame");
    }

    #[test]
    fn a_resume_that_missed_nothing_is_one_empty_batch() {
        let room = RoomId::from_uuid(uuid::Uuid::nil());
        let frame = encode_updates(room, &[]);
        let expected = ServerFrame::Updates(UpdateBatch { room, updates: Vec::new() });
        assert_eq!(serde_json::from_slice::<ServerFrame>(payload(&frame)).unwrap(), expected);
    }

    #[test]
    fn a_frame_holds_few_plans_and_many_words() {
        let plan = |seq| update(seq, UpdateBody::RunOfShowSet { run_of_show: RunOfShow::default() });
        assert_eq!(a_frame_of(&(1..=9).map(plan).collect::<Vec<_>>()), 4);
        assert_eq!(a_frame_of(&(1..=300).map(|seq| update(seq, UpdateBody::WentLive)).collect::<Vec<_>>()), 256);
        let mixed: Vec<_> = (1..=200).map(|seq| update(seq, UpdateBody::WentLive)).chain([plan(201)]).collect();
        assert_eq!((a_frame_of(&mixed), a_frame_of(&mixed[200..]), a_frame_of(&[])), (200, 1, 0));
    }

    #[test]
    fn all_share_one_frame_unless_something_is_hidden() {
        assert!(seen(View::Audience, &[update(1, UpdateBody::WentLive)]).is_none());
        let participant = houselights_shared::ParticipantId::from_uuid(uuid::Uuid::nil());
        let updates = [update(1, UpdateBody::WentLive), update(2, UpdateBody::CrewLeft { participant })];
        assert_eq!(seen(View::Audience, &updates).unwrap()[1].body, UpdateBody::HIDDEN);
        assert!(seen(View::Crew, &updates).is_none());
        let called = [update(3, UpdateBody::CuesReset)];
        assert_eq!(seen(View::Crew, &called).unwrap()[0].body, UpdateBody::HIDDEN);
        assert!(seen(View::Control, &called).is_none());
    }

    #[test]
    fn what_is_hidden_in_a_row_is_one_entry() {
        let vote = |seq| {
            let (poll, choice) = (houselights_shared::PollId::random(), houselights_shared::Choice::Rating { stars: 1 });
            update(seq, UpdateBody::PollVoted { poll, choice, name: None })
        };
        let updates = [vote(1), vote(2), update(3, UpdateBody::WentLive), vote(4), update(5, UpdateBody::CuesReset)];
        let hidden = |update: &Arc<Update>| (update.seq.number(), update.last().number());
        let audience = seen(View::Audience, &updates).unwrap();
        assert_eq!(audience.iter().map(hidden).collect::<Vec<_>>(), [(1, 2), (3, 3), (4, 5)]);
        let control = seen(View::Control, &updates).unwrap();
        assert_eq!(control.iter().map(hidden).collect::<Vec<_>>(), [(1, 2), (3, 3), (4, 4), (5, 5)]);
    }

    #[test]
    fn a_farewell_ends_with_a_close_frame() {
        let bytes = farewell(Refused { refusal: Refusal::ShuttingDown, retry_after_ms: Some(5), opens_at: None });
        assert_eq!(&bytes[bytes.len() - 4..bytes.len() - 2], &[0x88, 2]);
    }
}
