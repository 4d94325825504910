//! What the tests of Houselights stand on: a server to start, clients to drive it with, and what is generated from the
//! protocol.

pub mod bench;
pub mod codegen;
pub mod fixture;
