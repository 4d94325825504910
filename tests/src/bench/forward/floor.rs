//! The floor: the same bytes to as many addresses with as few system calls as there can be, and nothing else.

use std::{
    io::{BufRead, stdin},
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use quinn_udp::{Transmit, UdpSocketState};

use super::{FRAMES, PACKETS_A_FRAME, SOUND_BYTES, SOUNDS, VIDEO_BYTES, wait_until};

/// For each line with a number of seconds: sends for so long, and prints how many packets that were.
pub fn send(ports: &str) -> Result<()> {
    let ports: Vec<u16> = ports.split(',').map(str::parse).collect::<Result<_, _>>()?;
    let to: Vec<SocketAddr> = ports.into_iter().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port))).collect();
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    let state = UdpSocketState::new((&socket).into())?;
    state.set_send_buffer_size((&socket).into(), 4 << 20)?;
    socket.set_nonblocking(false)?;
    for line in stdin().lock().lines() {
        let seconds: u32 = line?.trim().parse()?;
        println!("{}", show(&socket, &state, &to, seconds)?);
    }
    Ok(())
}

fn show(socket: &UdpSocket, state: &UdpSocketState, to: &[SocketAddr], seconds: u32) -> Result<u64> {
    let frame = vec![0x5a; VIDEO_BYTES * PACKETS_A_FRAME as usize];
    let sound = vec![0x5a; SOUND_BYTES];
    let began = Instant::now();
    let (mut frames, mut sounds, mut sent) = (0, 0, 0);
    let at = |number: u32, rate: u32| began + Duration::from_micros(u64::from(number) * 1_000_000 / u64::from(rate));
    while frames < FRAMES * seconds || sounds < SOUNDS * seconds {
        let (frame_at, sound_at) = (at(frames, FRAMES), at(sounds, SOUNDS));
        let picture = frame_at <= sound_at;
        wait_until(frame_at.min(sound_at));
        let (contents, segment_size, packets) =
            if picture { (&frame, Some(VIDEO_BYTES), u64::from(PACKETS_A_FRAME)) } else { (&sound, None, 1) };
        for destination in to {
            let transmit = Transmit { destination: *destination, ecn: None, contents, segment_size, src_ip: None };
            state.try_send(socket.into(), &transmit)?;
            sent += packets;
        }
        if picture { frames += 1 } else { sounds += 1 }
    }
    Ok(sent)
}

/// Opens so many sockets, prints their ports, and reads whatever comes until told to end.
pub async fn read(subscribers: u32) -> Result<()> {
    let tasks = tokio_util::task::TaskTracker::new();
    let mut ports = Vec::new();
    for _ in 0..subscribers {
        let socket = tokio::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        ports.push(socket.local_addr()?.port().to_string());
        tasks.spawn(async move {
            let mut buffer = vec![0; 2_048];
            while socket.recv(&mut buffer).await.is_ok() {}
        });
    }
    println!("{}", ports.join(","));
    crate::bench::lines().recv().await.context("told to end").map_or(Ok(()), |_line| Ok(()))
}
