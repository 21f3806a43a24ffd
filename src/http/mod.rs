//! STUB
/** */ pub mod openapi { /** */ pub fn document() -> serde_json::Value { serde_json::json!({}) } }
/** */ pub mod server { 
use std::path::PathBuf; use std::net::SocketAddr;
/** */ #[derive(Default)] pub struct ServerOptions { /** */ pub listen: Option<SocketAddr>, /** */ pub socket: Option<PathBuf>, /** */ pub tls: Option<TlsFiles>, /** */ pub metrics_listen: Option<SocketAddr>, /** */ pub trusted_proxies: Vec<ipnet::IpNet>, /** */ pub workers: Option<usize> }
/** */ pub struct TlsFiles { /** */ pub cert: PathBuf, /** */ pub key: PathBuf }
/** */ pub struct Running { /** */ pub address: Option<SocketAddr>, /** */ pub handle: actix_web::dev::ServerHandle }
impl Running { /** */ pub async fn run(self) -> std::io::Result<()> { Ok(()) } }
/** */ pub fn start(_app: crate::app::App, _o: ServerOptions) -> Result<Running, std::fmt::Error> { Err(std::fmt::Error) }
}
