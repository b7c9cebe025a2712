// Loaded before the server (node --expose-gc --require) where memory is measured: tells it on SIGUSR2, after a collection.
process.on('SIGUSR2', () => {
  global.gc()
  const { heapUsed, external } = process.memoryUsage()
  console.log(`live ${heapUsed + external}`)
})
