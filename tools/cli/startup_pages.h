#pragma once

namespace fallstreak::cli {

/// Gives the pages of code and constants that the start has read back to the system: tables are
/// bound, libraries relocated and options parsed once, and a server idles for hours. What is needed
/// again comes back from the page cache, 64 KiB at a time and without a read.
void release_startup_pages();

}  // namespace fallstreak::cli
