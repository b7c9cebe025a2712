package dev.ringback.notify;

/// Another node has something to tell to a user who listens here.
public record NoticeArrived(Notice notice) {}
