// Loaded into a trial's process before anything else: when the sweep that started it is gone, even by kill -9, the trial
// stops as on Ctrl-C, saved.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// The channel alone does not keep the process running.
process.channel?.unref();
