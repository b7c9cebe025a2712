// Runs as a worker: browsers slow the timers of a hidden page to one a minute, too slow for the service's heartbeats, but
// not those of a worker.
setInterval(() => postMessage('beat'), 9_000);
