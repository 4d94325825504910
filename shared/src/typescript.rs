//! The page's types, generated from this crate so that the two cannot drift apart.

use ts_rs::{Config, TS};

macro_rules! declare {
    ($out:ident, $config:ident: $($ty:ty),* $(,)?) => {
        $(
            if let Some(docs) = <$ty as TS>::docs() { $out.push_str(&docs); }
            $out.push_str("export ");
            $out.push_str(&<$ty as TS>::decl($config));
            $out.push_str("\n\n");
        )*
    };
}

/// The content of `ui/src/protocol/index.ts`.
#[must_use]
pub fn declarations() -> String {
    use crate as p;
    let config = &Config::default();
    let mut out = String::from("// Generated from the crate `shared` by `cargo xtask codegen`. Do not edit.\n\n");
    declare!(out, config:
        p::EventId, p::RoomId, p::ParticipantId, p::CommandId, p::MessageId, p::Timestamp, p::Seq, p::Version, p::Refusal,
        p::Role, p::Sending, p::CrewMember, p::Message, p::Phase, p::Layout, p::Scene, p::Command, p::CommandBody, p::Outcome,
        p::Reply, p::Update, p::UpdateBody, p::Snapshot, p::CrewView, p::Signal, p::SignalBody, p::Level, p::SlotMap,
        p::MediaOffer, p::MediaOutcome, p::MediaAnswer, p::InviteCard, p::LoginRequest, p::Login, p::ClientFrame,
        p::ServerFrame, p::Hello, p::RoomPosition, p::Welcome, p::Me, p::UpdateBatch, p::Refused,
    );
    out
}
