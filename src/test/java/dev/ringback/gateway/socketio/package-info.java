@NullMarked
package dev.ringback.gateway.socketio;

import org.jspecify.annotations.NullMarked;
