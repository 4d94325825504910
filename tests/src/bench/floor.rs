//! The floor of the fan-out bench: one thread, one write a message and socket, and readers that only count.

use std::{
    io::{BufRead, Write, stdin},
    net::{SocketAddr, TcpListener, TcpStream},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use tokio::{
    io::AsyncReadExt,
    sync::mpsc::{self, Receiver},
    time::sleep_until,
};

use super::child::Part;

/// The least that can be done, with its readers connected: of each process of readers how many it has.
pub(super) struct Floor {
    pub(super) writer: Part,
    pub(super) readers: Vec<(u64, Part)>,
}

/// Accepts the readers, then for each line `rate messages size` writes so many messages to all of them.
pub fn write(connections: u32) -> Result<()> {
    let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))?;
    println!("{}", listener.local_addr()?);
    let mut readers = Vec::new();
    for _ in 0..connections {
        let (reader, _) = listener.accept()?;
        reader.set_nodelay(true)?;
        readers.push(reader);
    }
    println!("all are here");
    for line in stdin().lock().lines() {
        let line = line?;
        let numbers: Vec<u64> = line.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let &[rate, messages, size] = numbers.as_slice() else { anyhow::bail!("`{line}` is not `rate messages size`") };
        write_all(&mut readers, rate, messages, &vec![b'x'; usize::try_from(size)?])?;
    }
    Ok(())
}

/// A message that is late is written at once: a floor that cannot keep up shows its cost all the same.
fn write_all(readers: &mut [TcpStream], rate: u64, messages: u64, message: &[u8]) -> Result<()> {
    let (_keep, never) = std::sync::mpsc::channel::<()>();
    let began = Instant::now();
    for number in 0..messages {
        let due = began + Duration::from_micros(number * 1_000_000 / rate.max(1));
        let _ = never.recv_timeout(due.saturating_duration_since(Instant::now()));
        for reader in readers.iter_mut() {
            reader.write_all(message)?;
        }
    }
    Ok(())
}

/// Connects, and for each line with a number of bytes answers when so many have been read.
pub async fn read(server: SocketAddr, connections: u32) -> Result<()> {
    let (send, mut arrived) = mpsc::channel(1024); // numbers of bytes; full: the reader waits, nothing is lost
    let tasks = tokio_util::task::TaskTracker::new();
    for _ in 0..connections {
        let mut stream = tokio::net::TcpStream::connect(server).await?;
        let send = send.clone();
        tasks.spawn(async move {
            let mut buffer = vec![0; 16 * 1024];
            while let Ok(count @ 1..) = stream.read(&mut buffer).await {
                if send.send(count as u64).await.is_err() {
                    return;
                }
            }
        });
    }
    println!("connected");
    let mut lines = super::lines();
    while let Some(line) = lines.recv().await {
        count(&mut arrived, line.trim().parse()?).await?;
        println!("read");
    }
    Ok(())
}

async fn count(arrived: &mut Receiver<u64>, mut wanted: u64) -> Result<()> {
    let end = tokio::time::Instant::now() + Duration::from_mins(3);
    while wanted > 0 {
        let count = tokio::select! {
            count = arrived.recv() => count.context("every connection ended")?,
            () = sleep_until(end) => anyhow::bail!("{wanted} bytes did not come"),
        };
        ensure!(count <= wanted, "more came than was sent");
        wanted -= count;
    }
    Ok(())
}
