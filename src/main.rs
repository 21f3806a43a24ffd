//! Reads the arguments and hands them to the command line; nothing else.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    match nejtack::config::read() {
        Ok(arguments) => nejtack::cli::run(arguments),
        Err(code) => code,
    }
}
